package org.turing.runtime.app.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.turing.runtime.app.demo.OwlReport;
import org.turing.runtime.app.program.DemoRun;
import org.turing.runtime.app.program.StopSignals;
import org.turing.runtime.app.settings.Logs;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.app.settings.SettingsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code turing demo}. */
@Command(
        name = "demo",
        description = {
            "Run the OWL example to its end and report on it: 4,144 terms through seven task types and three models,",
            "first as a pipeline, then one task type after the other.",
            "It has an embedded database of its own in the folder 'demo' of the data folder, whatever turing.db says;",
            "what was there of an earlier demo is replaced."
        },
        footer = {
            "",
            "Examples:",
            "  turing demo",
            "  turing demo --json",
            "  turing demo --data /tmp/owl                  with its data in /tmp/owl/demo"
        })
final class DemoCommand implements Callable<Integer> {

    private static final String FOLDER = "demo";

    @ParentCommand
    private TuringCommand turing;

    @Override
    public Integer call() throws Exception {
        Logs.ofDemo(turing.debug());
        Settings settings = settings();
        StopSignals signals = StopSignals.listen();
        turing.progress("data and scripts of the demo: " + settings.data());
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
        ownWays.put("turing.db.user", "");
        ownWays.put("turing.db.password", "");
        ownWays.put("turing.db.reader-password", "");
        return turing.settings(ownWays);
    }
}
