package org.turing.runtime.app.program;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.access.EmbeddedDatabase;
import org.turing.runtime.app.demo.Casualty;
import org.turing.runtime.app.demo.Casualty.Held;
import org.turing.runtime.app.demo.ClusterReport;
import org.turing.runtime.app.demo.Demo;
import org.turing.runtime.app.demo.DemoProgress;
import org.turing.runtime.app.demo.NodeShares;
import org.turing.runtime.app.demo.OwlData;
import org.turing.runtime.app.demo.OwlExample;
import org.turing.runtime.app.demo.OwlProgress;
import org.turing.runtime.app.demo.OwlReport;
import org.turing.runtime.app.demo.PipelineRun;
import org.turing.runtime.app.nodes.LocalNodes;
import org.turing.runtime.app.nodes.NodeTrouble;
import org.turing.runtime.app.nodes.NodesPlan;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.ports.view.NodeStatus;
import org.turing.runtime.ports.view.RuntimeStatus;

/** Runs the OWL example on several nodes of one cluster, each a process of its own, over the demo's database. */
public final class NodesDemoRun {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    private static final Duration FORMED_WITHIN = Duration.ofMinutes(5);
    private static final Duration STALLED_AFTER = Duration.ofMinutes(5);

    /** A node dies when so many of a hundred terms are at their end, or as soon after that as it has work. */
    private static final int KILLED_AT_PERCENT = 20;

    /** A start keeps some two cores busy. */
    private static final int STARTING_AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final Settings settings;
    private final DemoPlan plan;
    private final StopSignals signals;
    private final OwlExample example;
    private final DataSource database;
    private final LocalNodes nodes;
    private final Consumer<String> say;

    private long startedAt;
    private @Nullable Held killed;

    private NodesDemoRun(
            Settings settings,
            DemoPlan plan,
            StopSignals signals,
            OwlExample example,
            DataSource database,
            LocalNodes nodes,
            Consumer<String> say) {
        this.settings = settings;
        this.plan = plan;
        this.signals = signals;
        this.example = example;
        this.database = database;
        this.nodes = nodes;
        this.say = say;
    }

    /**
     * Unpacks the example into the scripts folder, installs it in the database and runs it; ends the nodes in order,
     * whatever happens.
     *
     * @param settings with a data folder and a scripts folder of the demo's own, and the embedded database: the example
     *     drops what is in its way
     * @param say tells people what happens
     * @throws CannotStart if it can't be run to its end
     * @throws NodeTrouble if a node can't be started or ends early; with the last lines of its log
     */
    public static ClusterReport of(Settings settings, DemoPlan plan, StopSignals signals, Consumer<String> say)
            throws Exception {
        OwlExample example = new OwlExample(
                OwlData.read().first(plan.terms()), settings.database().schema());
        example.unpack(settings.scripts().folder());
        try (DataFolder folder = DataFolder.open(settings.data());
                EmbeddedDatabase server = EmbeddedDatabase.start(folder, settings.database())) {
            DataSource database = DemoRun.dataSource(server.settings());
            try (Connection connection = database.getConnection()) {
                example.install(connection);
                example.enable(connection, false);
            }
            NodesPlan children =
                    children(settings, plan, folder.path(), server.settings().libpqUrl());
            try (LocalNodes nodes = LocalNodes.of(children)) {
                return new NodesDemoRun(settings, plan, signals, example, database, nodes, say).run();
            }
        }
    }

    /** Three and more nodes share what one would take of the machine and of the database's connections. */
    private static NodesPlan children(Settings settings, DemoPlan plan, Path folder, String url) {
        int cores = Math.max(1, Runtime.getRuntime().availableProcessors() / plan.nodes());
        // Several starts on one busy machine take the breath from each other: nobody is given up for that.
        List<String> arguments = new ArrayList<>(List.of("-Dturing.cluster.stable-after=30s"));
        arguments.addAll(plan.arguments());
        Map<String, String> own = new HashMap<>(Settings.CLUSTER_OF_ONE);
        // These are each node's own.
        own.keySet().removeIf(key -> !key.contains(".tls."));
        own.put("turing.scripts.folder", settings.scripts().folder().toString());
        own.put("turing.scripts.python", settings.scripts().python());
        own.put("turing.db.schema", settings.database().schema());
        own.put("turing.db.user", "");
        own.put("turing.db.password", "");
        own.put("turing.db.direct-url", "");
        own.put("turing.db.reader-password", "");
        own.put("turing.db.ledger-connections", plan.nodes() > 4 ? "2" : "4");
        own.put("turing.db.query-connections", plan.nodes() > 4 ? "1" : "2");
        own.put("turing.host.cores", Integer.toString(cores));
        own.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
        return new NodesPlan(
                folder,
                plan.nodes(),
                arguments,
                Map.of("TURING_DB_URL", url),
                settings.work().drainTimeout());
    }

    private ClusterReport run() throws Exception {
        say.accept(nodes.names().size() + " nodes start; watch them: ./turing --data "
                + nodes.data(nodes.names().get(0)) + " status");
        awaitCluster();
        Demo demo = new Demo(
                example, database, settings.database().schema(), this::untilTheEnd, DemoProgress.onStandardError());
        OwlReport report = demo.pipelineOnly();
        try (Connection connection = database.getConnection()) {
            String schema = settings.database().schema();
            return new ClusterReport(
                    report,
                    NodeShares.read(connection, schema, nodes.names()),
                    killed == null ? null : Casualty.read(connection, schema, killed));
        }
    }

    /** Starts one after the other, until every node has a lease and is known to the others. */
    private void awaitCluster() throws Exception {
        long until = System.nanoTime() + FORMED_WITHIN.toNanos();
        int working = 0;
        while (working < plan.nodes()) {
            pause(LOOK_EVERY);
            nodes.check();
            working = (int) nodes.status().map(RuntimeStatus::nodes).stream()
                    .flatMap(List::stream)
                    .filter(NodesDemoRun::works)
                    .count();
            nodes.startWhatIsMissing(working + STARTING_AT_ONCE);
            if (System.nanoTime() > until) {
                throw new CannotStart(
                        "the nodes did not come together within " + FORMED_WITHIN.toMinutes()
                                + " minutes. Next: look at their logs in " + settings.data(),
                        null);
            }
        }
    }

    private static boolean works(NodeStatus node) {
        return node.state().equals("up") && node.runtimeId() != 0;
    }

    private void untilTheEnd(List<String> taskTypes, PipelineRun.Listener listener) throws Exception {
        try (Connection connection = database.getConnection()) {
            example.enable(connection, true);
            startedAt = System.nanoTime();
            long changedAt = startedAt;
            long askedAt = startedAt;
            OwlProgress before =
                    OwlProgress.read(connection, settings.database().schema());
            OwlProgress now = before;
            while (!now.finished()) {
                pause(LOOK_EVERY);
                nodes.check();
                now = OwlProgress.read(connection, settings.database().schema());
                if (!now.equals(before)) {
                    before = now;
                    changedAt = System.nanoTime();
                }
                refuseToWait(now, changedAt);
                killOne(connection, now);
                if (System.nanoTime() - askedAt > ASK_EVERY.toNanos()) {
                    askedAt = System.nanoTime();
                    nodes.status().ifPresent(status -> listener.progress(status.taskTypes()));
                }
            }
        }
    }

    private void refuseToWait(OwlProgress now, long changedAt) throws CannotStart {
        if (now.stuck() > 0) {
            throw new CannotStart(
                    "the demo could not be run to its end: " + now.stuck()
                            + " subjects died or were set aside. Next: look at the tickets: turing --data "
                            + settings.data() + " tickets --failed",
                    null);
        }
        if (System.nanoTime() - changedAt > STALLED_AFTER.toNanos()) {
            throw new CannotStart(
                    "the demo could not be run to its end: nothing has come to its end for "
                            + STALLED_AFTER.toMinutes() + " minutes. Next: look at the nodes' logs in "
                            + settings.data(),
                    null);
        }
    }

    /** The last node dies in the middle of its work, and comes again. */
    private void killOne(Connection connection, OwlProgress now) throws Exception {
        if (!plan.kill() || killed != null || 100 * now.ended() < KILLED_AT_PERCENT * now.terms()) {
            return;
        }
        String victim = nodes.names().get(nodes.names().size() - 1);
        double atSeconds = (System.nanoTime() - startedAt) / 1e9;
        Held held = Casualty.held(connection, settings.database().schema(), victim, atSeconds);
        if (held != null) {
            long pid = nodes.pid(victim);
            nodes.kill(victim);
            killed = held;
            nodes.startAgain(victim);
            say.accept(victim + " (pid " + pid + ") was killed with "
                    + held.tickets().size() + " claims, and starts again as pid " + nodes.pid(victim));
        }
    }

    /** Waits for a while, and no longer than until a signal comes. */
    private void pause(Duration duration) throws Exception {
        try {
            signals.first().toCompletableFuture().get(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException goOn) {
            return;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        throw new CannotStart("the demo was stopped before its end; its nodes are ended in order", null);
    }
}
