package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;

/** db-scheduler, in its faster way of polling: see {@link DbSchedulerLoop}. */
public final class DbScheduler implements Contender {

    public static final String NAME = "db-scheduler";

    /** Jobs are deleted when they are done, the last due one last. */
    private static final String LEFT = "SELECT max(execution_time) IS NOT NULL FROM scheduled_tasks";

    private final Program program;

    DbScheduler(Program program) {
        this.program = program;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return PeerVersions.of(name());
    }

    @Override
    public String settings() {
        return String.format(
                Locale.ROOT,
                "lock-and-fetch (%.1f, %.1f), %d threads, a pool of %d connections, else its defaults; one-time tasks,"
                        + " the status by an update of their own",
                DbSchedulerLoop.FETCH_AGAIN_BELOW,
                DbSchedulerLoop.FETCH_UP_TO,
                DbSchedulerLoop.THREADS,
                DbSchedulerLoop.CONNECTIONS);
    }

    @Override
    public @Nullable String hindrance() {
        return null;
    }

    @Override
    public Session open(BenchDatabase database, Workload workload) throws IOException, InterruptedException {
        return TalkingSession.open(name(), program.ofClass(DbSchedulerLoop.class), database, workload, LEFT);
    }
}
