package org.turing.runtime.bench.contenders;

import java.sql.SQLException;
import org.turing.runtime.bench.BenchDatabase;

/** What weighs on a contender while its jobs are timed, and not on its warm-up. */
@FunctionalInterface
public interface Circumstance {

    /** Only the number of jobs, or nothing. */
    Circumstance NONE = database -> () -> {};

    /**
     * Begins, after the warm-up and before the jobs that are timed are added.
     *
     * @return ends it
     */
    End begin(BenchDatabase database) throws SQLException;

    /** Called when the contender has ended. */
    @FunctionalInterface
    interface End {
        void end() throws SQLException;
    }
}
