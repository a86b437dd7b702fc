package org.turing.runtime.bench.throughput;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Processes;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.WallClock;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Machine;

/** Times one contender with one workload once, from an empty database to an empty one. */
public final class Turn {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final Duration LONGEST_WORK = Duration.ofMinutes(15);
    private static final Duration LONGEST_JOB = Duration.ofMillis(10);

    private final BenchDatabase database;

    public Turn(BenchDatabase database) {
        this.database = database;
    }

    /** @param warmUp jobs worked off before those that are timed */
    ThroughputRun take(Contender contender, Workload workload, int round, int warmUp, int jobs)
            throws IOException, SQLException, InterruptedException {
        database.empty();
        try {
            workload.prepare(database);
            try (Contender.Session session = contender.open(database, workload)) {
                if (warmUp > 0) {
                    workOff(session, workload, 0, warmUp);
                }
                long server = Processes.processorMicros(database.server());
                long contending = Processes.processorMicrosOfStarted();
                long micros = workOff(session, workload, warmUp, jobs);
                return new ThroughputRun(
                        round,
                        jobs,
                        micros,
                        Processes.processorMicros(database.server()) - server,
                        Processes.processorMicrosOfStarted() - contending,
                        Machine.load());
            }
        } finally {
            database.empty();
        }
    }

    /**
     * Returns the µs from when it began to right before the look that found nothing left: what that look does not see
     * any more was committed before it.
     */
    public long workOff(Contender.Session session, Workload workload, long before, int jobs)
            throws IOException, SQLException, InterruptedException {
        session.enqueue(jobs);
        workload.fill(database, before + 1, jobs);
        database.execute("ANALYZE"); // as autovacuum would have, had there been time
        long began = session.work();
        String left = session.left();
        Duration longest = LONGEST_WORK.plus(LONGEST_JOB.multipliedBy(jobs));
        long since = System.nanoTime();
        while (true) {
            long looked = WallClock.micros();
            if (!database.holds(left)) {
                workload.requireDone(database, before + jobs);
                return looked - began;
            }
            if (System.nanoTime() - since > longest.toNanos()) {
                throw new IOException(jobs + " jobs were not done within " + longest.toMinutes() + " minutes");
            }
            session.requireAlive();
            Waiting.pause(BETWEEN_LOOKS);
        }
    }
}
