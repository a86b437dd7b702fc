package org.turing.runtime.bench.pickup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.RuntimeProcess;
import org.turing.runtime.bench.Shell;
import org.turing.runtime.bench.node.NodePrograms;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.report.Report;
import org.turing.runtime.bench.steps.Stamping;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From the commit that made a row eligible to the first line of what takes it, with a slot free and a Python worker
 * warm, beside graphile-worker. One clock: the commit's time is PostgreSQL's own (it takes it right before the commit
 * is flushed to the disk, so that the flush counts), the other is taken by the script, on the same machine.
 */
@Command(
        name = "pick-up",
        mixinStandardHelpOptions = true,
        description = "From the commit that made a row eligible to the script that is handed it.")
public final class PickUp extends Benchmark {

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

    /** So that rows come at any time between two polls. */
    private static final Duration LONGEST_PAUSE_POLLED = Duration.ofSeconds(1);

    private static final String POLLS_RARELY = "30 s";

    @Option(names = "--samples", defaultValue = "400", description = "Measured rows of each kind (${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--warm-up", defaultValue = "400", description = "Rows before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--way",
            description = "How rows become eligible; repeatable, ${COMPLETION-CANDIDATES}; default: all but POLLED,"
                    + " which takes some ten minutes.")
    private Set<Way> ways = EnumSet.complementOf(EnumSet.of(Way.POLLED));

    @Option(names = "--taker", description = "What takes them; repeatable, default: all of ${COMPLETION-CANDIDATES}.")
    private Set<Taker> takers = EnumSet.allOf(Taker.class);

    @Option(
            names = "--poll-interval",
            defaultValue = "1 s",
            description = "poll_interval of the task types whose rows nobody tells of (${DEFAULT-VALUE}).")
    private String pollInterval = "1 s";

    private final PickUpTable table = new PickUpTable();
    private final WaitsPicture picture = new WaitsPicture();
    private final ObjectNode figures = Findings.object();
    private final List<Goal> goals = new ArrayList<>();

    @Override
    protected Findings measure() throws Exception {
        NodePrograms node = NodePrograms.besideClasses();
        try (BenchDatabase database = BenchDatabase.start()) {
            Path scripts = Stamping.create(database.folder().resolve("scripts"));
            Shell.run(program().ofJar("init"), RuntimeProcess.environment(database, scripts));
            Set<Way> told = EnumSet.copyOf(ways);
            told.remove(Way.POLLED);
            if (!told.isEmpty()) {
                measureTold(told, node, database, scripts);
            }
            if (ways.contains(Way.POLLED)) {
                measure(Set.of(Way.POLLED), null, database, scripts);
            }
        }
        if (!picture.isEmpty()) {
            Files.writeString(file(".svg"), picture.svg());
        }
        return new Findings(table.lines(), figures, goals);
    }

    private void measureTold(Set<Way> told, NodePrograms node, BenchDatabase database, Path scripts)
            throws IOException, SQLException, InterruptedException {
        String hindrance = node.hindrance();
        if (hindrance != null) {
            Report.progress("graphile-worker is left out: " + hindrance);
            measure(told, null, database, scripts);
            return;
        }
        try (GraphilePicker peer = GraphilePicker.start(node, database)) {
            measure(told, peer, database, scripts);
        }
    }

    /**
     * All take turns, one row each, beside one runtime. Those that poll have one without the others, so that they do
     * not profit from wake-ups.
     */
    private void measure(Set<Way> some, @Nullable GraphilePicker peer, BenchDatabase database, Path scripts)
            throws IOException, SQLException, InterruptedException {
        boolean polled = some.contains(Way.POLLED);
        List<Flow> flows = new ArrayList<>();
        try (RuntimeProcess runtime = RuntimeProcess.spawn(program(), database, scripts, Map.of())) {
            runtime.awaitAnnounced();
            for (Way way : some) {
                for (Taker taker : takers) {
                    Flow flow = new Flow(database, runtime, way, taker);
                    flows.add(flow);
                    flow.prepare(polled ? pollInterval : POLLS_RARELY);
                    if (way == Way.WATCHED) {
                        Shell.run(
                                program().ofJar("watch", flow.table()), RuntimeProcess.environment(database, scripts));
                    }
                }
            }
            List<Picker> pickers = new ArrayList<>(flows);
            if (peer != null) {
                pickers.add(peer);
            }
            new PickUpTurns(pickers, polled ? LONGEST_PAUSE_POLLED : LONGEST_PAUSE).take(warmUp + samples);
            Figures ofPeer = peer == null ? null : measured(peer);
            if (ofPeer != null) {
                table.add(peer.title(), ofPeer, true);
                figures.set(peer.title(), ofPeer.json());
                picture.add(peer.title(), ofPeer);
            }
            for (Flow flow : flows) {
                Figures ofFlow = measured(flow);
                table.add(flow.title(), ofFlow, false);
                figures.set(flow.title(), ofFlow.json());
                picture.add(flow.title(), ofFlow);
                goals.addAll(flow.goals(ofFlow, ofPeer));
            }
        } finally {
            for (Flow flow : flows) {
                flow.close();
            }
        }
    }

    private Figures measured(Picker picker) throws SQLException {
        List<Long> waits = picker.waits();
        return Figures.ofMicros(waits.subList(warmUp, waits.size()));
    }
}
