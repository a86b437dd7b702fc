package org.turing.runtime.app.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.demo.ClusterReport;
import org.turing.runtime.app.demo.OwlData;
import org.turing.runtime.app.demo.OwlReport;
import org.turing.runtime.app.program.DemoPlan;
import org.turing.runtime.app.program.DemoRun;
import org.turing.runtime.app.program.NodesDemoRun;
import org.turing.runtime.app.program.StopSignals;
import org.turing.runtime.app.settings.Logs;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.app.settings.SettingsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code turing demo}. */
@Command(
        name = "demo",
        description = {
            "Run the OWL example to its end and report on it: 4,144 terms through seven task types and three models,",
            "first as a pipeline, then one task type after the other.",
            "It has an embedded database of its own in the folder 'demo' of the data folder, whatever turing.db says;",
            "what was there of an earlier demo is replaced.",
            "With --nodes it runs once, as a pipeline, on that many nodes of a cluster, each a process of its own on",
            "this machine, and reports who did what."
        },
        footer = {
            "",
            "Examples:",
            "  turing demo",
            "  turing demo --json",
            "  turing demo --nodes 3                        on three nodes of a cluster",
            "  turing demo --nodes 3 --kill                 and one of them dies on the way",
            "  turing demo --data /tmp/owl                  with its data in /tmp/owl/demo"
        })
final class DemoCommand implements Callable<Integer> {

    private static final String FOLDER = "demo";
    private static final int MOST_NODES = 8;
    private static final int LEAST_TO_KILL = 3;

    @ParentCommand
    private TuringCommand turing;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "Nodes of a cluster to run it on, 1 to 8. Default: 1, this process.")
    private int nodes;

    @Option(
            names = "--kill",
            description = "Kill one node by SIGKILL in the middle of its work and start it again; 3 nodes and more.")
    private boolean kill;

    @Option(
            names = "--terms",
            paramLabel = "N",
            description = "Only the first N terms, with --nodes 2 and more. Default: all 4,144.")
    private @Nullable Integer terms;

    @Override
    public Integer call() throws Exception {
        check();
        Logs.ofDemo(turing.debug());
        Settings settings = settings();
        StopSignals signals = StopSignals.listen();
        turing.progress("data and scripts of the demo: " + settings.data());
        return nodes == 1 ? here(settings, signals) : onNodes(settings, signals);
    }

    private void check() {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw misused("--nodes must be 1 to " + MOST_NODES + ", not " + nodes);
        }
        if (kill && nodes < LEAST_TO_KILL) {
            throw misused("--kill needs --nodes " + LEAST_TO_KILL + " or more: of fewer no majority is left");
        }
        if (terms != null && (nodes == 1 || terms < 1 || terms > OwlData.TERMS)) {
            throw misused("--terms must be 1 to " + OwlData.TERMS + ", and needs --nodes 2 or more");
        }
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int onNodes(Settings settings, StopSignals signals) throws Exception {
        DemoPlan plan = new DemoPlan(nodes, terms == null ? OwlData.TERMS : terms, kill, turing.toPassOn());
        ClusterReport report = NodesDemoRun.of(settings, plan, signals, turing::progress);
        turing.print(turing.json() ? report.toJson() : report.toText());
        return report.good() ? 0 : TuringCommandLine.FAILED;
    }

    private int here(Settings settings, StopSignals signals) throws Exception {
        OwlReport report = DemoRun.of(settings, signals, Version.current());
        turing.print(turing.json() ? report.toJson() : report.toText());
        if (!turing.json()) {
            turing.progress("look around: ./turing --data " + settings.data()
                    + " sql \"SELECT status, count(*) FROM owl" + " GROUP BY status\"");
        }
        return 0;
    }

    private Settings settings() throws SettingsException {
        Path folder = turing.settings().data().resolve(FOLDER);
        Map<String, String> ownWays = new LinkedHashMap<>(Settings.CLUSTER_OF_ONE);
        ownWays.put("turing.data", folder.toString());
        ownWays.put("turing.scripts.folder", folder.resolve("scripts").toString());
        ownWays.put("turing.db.url", "");
        ownWays.put("turing.db.direct-url", "");
        ownWays.put("turing.db.user", "");
        ownWays.put("turing.db.password", "");
        ownWays.put("turing.db.reader-password", "");
        return turing.settings(ownWays);
    }
}
