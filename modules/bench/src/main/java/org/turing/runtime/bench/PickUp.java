package org.turing.runtime.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * From the commit that made a row eligible to the moment at which the script is handed it, with a slot free and a
 * Python worker warm. One clock: the commit's time is PostgreSQL's own (it takes it right before the commit is flushed
 * to the disk, so that the flush counts), the other is taken by the script, on the same machine.
 */
@Command(
        name = "pick-up",
        mixinStandardHelpOptions = true,
        description = "From the commit that made a row eligible to the script that is handed it.")
final class PickUp implements Callable<Integer> {

    @Mixin
    private Program program = new Program();

    @Option(names = "--samples", defaultValue = "400", description = "Measured rows of each way (${DEFAULT-VALUE}).")
    private int samples;

    @Option(names = "--warm-up", defaultValue = "40", description = "Rows before those (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--way",
            description = "How rows become eligible; repeatable, default: all of ${COMPLETION-CANDIDATES}.")
    private Set<Way> ways = EnumSet.allOf(Way.class);

    @Option(
            names = "--poll-interval",
            defaultValue = "1 s",
            description = "poll_interval of the task types whose rows nobody tells of (${DEFAULT-VALUE}).")
    private String pollInterval = "1 s";

    @Override
    public Integer call() throws Exception {
        Report.conditions("before", program.describe());
        Map<Way, Figures> figures = new EnumMap<>(Way.class);
        try (BenchDatabase database = BenchDatabase.start()) {
            Path scripts = Stamping.create(database.folder().resolve("scripts"));
            Shell.run(program.ofJar("init"), RuntimeProcess.environment(database, scripts));
            for (Way way : ways) {
                List<Long> micros = measure(way, database, scripts);
                figures.put(way, Figures.ofMicros(micros));
            }
        }
        Report.conditions("after", program.describe());
        Report.head();
        figures.forEach((way, measured) -> Report.row(way.title(), measured));
        return 0;
    }

    /** A runtime for each way, so that none profits from another's wake-ups. */
    private List<Long> measure(Way way, BenchDatabase database, Path scripts)
            throws IOException, SQLException, InterruptedException {
        Flow flow = new Flow(database, way);
        flow.prepare(way == Way.POLLED ? pollInterval : "30 s");
        if (way == Way.WATCHED) {
            Shell.run(program.ofJar("watch", flow.table()), RuntimeProcess.environment(database, scripts));
        }
        try (RuntimeProcess runtime = RuntimeProcess.spawn(program, database, scripts, Map.of())) {
            runtime.awaitAnnounced();
            List<Long> micros = flow.run(warmUp + samples, runtime);
            return micros.subList(warmUp, micros.size());
        } finally {
            flow.finish();
        }
    }
}
