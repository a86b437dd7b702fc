package org.turing.runtime.bench.throughput;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.report.Machine;
import org.turing.runtime.bench.report.Report;

/** Lets contenders take turns on one server, round by round. */
public final class ThroughputRounds {

    private final Program program;
    private final int rounds;
    private final int warmUp;
    private final ToIntFunction<Contender> jobs;

    /**
     * @param warmUp jobs before those that are timed
     * @param jobs how many are timed of each contender in a turn
     */
    public ThroughputRounds(Program program, int rounds, int warmUp, ToIntFunction<Contender> jobs) {
        this.program = program;
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.jobs = jobs;
    }

    public ThroughputResult run(List<Series> series) throws IOException, SQLException, InterruptedException {
        Instant at = Instant.now();
        double loadBefore = Machine.load();
        Report.conditions("before", program.describe());
        String postgres;
        try (BenchDatabase database = BenchDatabase.start(Map.of("track_commit_timestamp", "off"))) {
            postgres = database.version();
            Turn turn = new Turn(database, warmUp);
            for (int round = 1; round <= rounds; round++) {
                for (Series one : series) {
                    measure(one, turn, round);
                }
            }
        }
        Report.conditions("after", program.describe());
        return new ThroughputResult(
                at, Machine.here(program.describe(), postgres), loadBefore, Machine.load(), warmUp, rounds, series);
    }

    /** One contender's failure is its own: the others go on. */
    private void measure(Series series, Turn turn, int round) throws InterruptedException {
        String what = "round %d of %d, %s, %s: "
                .formatted(
                        round,
                        rounds,
                        series.workload().title(),
                        series.contender().name());
        if (series.failure() != null) {
            Report.progress(what + "not measured: " + series.failure());
            return;
        }
        try {
            int count = jobs.applyAsInt(series.contender());
            ThroughputRun run = turn.take(series.contender(), series.workload(), round, count);
            series.add(run);
            Report.progress(String.format(
                    Locale.ROOT,
                    "%s%,.0f jobs/s (%,d in %.2f s, load average %.1f)",
                    what,
                    run.perSecond(),
                    run.jobs(),
                    run.seconds(),
                    run.load()));
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception failure) {
            series.fail(String.valueOf(failure.getMessage()));
            Report.progress(what + "not measured: " + series.failure());
        }
    }
}
