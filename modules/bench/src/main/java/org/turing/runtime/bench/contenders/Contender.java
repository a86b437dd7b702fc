package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;

/**
 * Who works off jobs on the benchmark's server: the runtime, what a user would take instead, or a loop that does only
 * what can't be left out. Each of them runs as a process of its own. {@link Contenders} lists them.
 */
public interface Contender {

    /** As it stands in tables and is chosen on the command line. */
    String name();

    /** Of the library or program that is measured, for the report. */
    String version();

    /** How it is set up, and why where that is not its default; one line, for the report. */
    String settings();

    /** Why it can't be measured on this machine and what would help, in one line; null if it can. */
    @Nullable
    String hindrance();

    /** Whether it is so slow that it may be measured with fewer jobs. */
    default boolean slow() {
        return false;
    }

    /**
     * Makes its tables and starts its process, and returns when that waits for jobs. The database is empty but for what
     * the workload has prepared.
     *
     * @throws IOException if it does not come up; the message holds the end of its output
     */
    Session open(BenchDatabase database, Workload workload) throws IOException, SQLException, InterruptedException;

    /**
     * One process of a contender, from its start to its end. It is given jobs twice: those of the warm-up, then those
     * that are timed. Whatever it leaves in the database is removed by the caller.
     */
    interface Session extends AutoCloseable {

        /**
         * Makes so many jobs ready by the contender's own means, without letting it begin, even if it has begun with
         * earlier ones. Jobs are numbered from 1 and on, those of earlier calls included; their items are added
         * afterwards, before it is let begin.
         */
        void enqueue(int jobs) throws IOException, SQLException, InterruptedException;

        /**
         * Lets it begin, and returns when it began.
         *
         * @return µs since 1970: when it claimed the first job of the latest {@link #enqueue} or, if it does not tell
         *     that, began its first one, which is later and thus in its favour
         */
        long work() throws IOException, SQLException, InterruptedException;

        /**
         * A query for one boolean: whether any job is left whose completion is not committed. It is asked some 200
         * times a second while the contender works, so it must be cheap whatever the number of jobs.
         */
        String left();

        /** Fails with the end of its output if its process has ended. */
        void requireAlive() throws IOException;

        /** Ends the process. */
        @Override
        void close() throws IOException, SQLException;
    }
}
