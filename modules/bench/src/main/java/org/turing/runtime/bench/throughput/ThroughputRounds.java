package org.turing.runtime.bench.throughput;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.report.Report;

/** Lets contenders take turns on one server, round by round. */
public final class ThroughputRounds {

    private final int rounds;
    private final int warmUp;
    private final ToIntFunction<Series> jobs;

    /**
     * @param warmUp jobs before those that are timed; for who is known to be slow no more than those
     * @param jobs how many are timed in a turn
     */
    public ThroughputRounds(int rounds, int warmUp, ToIntFunction<Series> jobs) {
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.jobs = jobs;
    }

    public ThroughputResult run(List<Series> series) throws IOException, SQLException, InterruptedException {
        try (BenchDatabase database = BenchDatabase.start(Map.of("track_commit_timestamp", "off"))) {
            Turn turn = new Turn(database);
            for (int round = 1; round <= rounds; round++) {
                for (Series one : series) {
                    measure(one, turn, round);
                }
            }
            return new ThroughputResult(database.version(), warmUp, rounds, series);
        }
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
            int count = jobs.applyAsInt(series);
            int before = series.contender().slow() ? Math.min(warmUp, count) : warmUp;
            ThroughputRun run = turn.take(series.contender(), series.workload(), round, before, count);
            series.add(run);
            Report.progress(String.format(
                    Locale.ROOT,
                    "%s%,.0f jobs/s (%,d in %.2f s; µs a job: PostgreSQL %.0f, contender %.0f; load average %.1f)",
                    what,
                    run.perSecond(),
                    run.jobs(),
                    run.seconds(),
                    run.serverMicrosPerJob(),
                    run.contenderMicrosPerJob(),
                    run.load()));
        } catch (InterruptedException interrupted) {
            throw interrupted;
        } catch (Exception failure) {
            series.fail(String.valueOf(failure.getMessage()));
            Report.progress(what + "not measured: " + series.failure());
        }
    }
}
