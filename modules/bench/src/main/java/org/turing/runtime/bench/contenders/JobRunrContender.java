package org.turing.runtime.bench.contenders;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Program;

/** JobRunr, the open-source edition, with its background job server: see {@link JobRunrLoop}. */
final class JobRunrContender implements Contender {

    /** More than its workers are, which are eight for each processor. */
    static final int CONNECTIONS = 8 * Runtime.getRuntime().availableProcessors() + 4;

    /**
     * Each question takes one step down an index, at its upper end: done jobs are not passed over. Scheduled are those
     * that failed and are tried again.
     */
    private static final String LEFT = """
            SELECT (SELECT max(updatedat) FROM jobrunr_jobs WHERE state = 'ENQUEUED') IS NOT NULL
                OR (SELECT max(updatedat) FROM jobrunr_jobs WHERE state = 'PROCESSING') IS NOT NULL
                OR (SELECT max(updatedat) FROM jobrunr_jobs WHERE state = 'SCHEDULED') IS NOT NULL""";

    private final Program program;

    JobRunrContender(Program program) {
        this.program = program;
    }

    @Override
    public String name() {
        return "jobrunr";
    }

    @Override
    public String version() {
        return PeerVersions.of(name());
    }

    @Override
    public String settings() {
        return "open-source edition, poll interval " + JobRunrLoop.POLL_INTERVAL.toSeconds()
                + " s (the shortest that it takes), a pool of " + CONNECTIONS
                + " connections, else its defaults; the status by an update of its own";
    }

    @Override
    public @Nullable String hindrance() {
        return null;
    }

    @Override
    public boolean slow() {
        return true;
    }

    @Override
    public Session open(BenchDatabase database, Workload workload) throws IOException, InterruptedException {
        return TalkingSession.open(name(), program.ofClass(JobRunrLoop.class), database, workload, LEFT);
    }
}
