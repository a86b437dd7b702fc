package org.turing.runtime.bench;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Who works off jobs on the benchmark's server: the runtime, what a user would take instead, or a loop that does only
 * what can't be left out. Each of them runs as a process of its own.
 */
interface Contender {

    /** As it stands in tables. */
    String name();

    /** Of the library or program that is measured, for the report. */
    String version();

    /** Why it can't be measured on this machine and what would help, in one line; null if it can. */
    @Nullable
    String hindrance();

    /**
     * Starts its process, and returns when that waits for jobs.
     *
     * @throws IOException if it does not come up; the message holds the end of its output
     */
    Session open(BenchDatabase database) throws IOException, SQLException, InterruptedException;

    /** One process of a contender, from its start to its end. Whatever it left in the database is gone at the end. */
    interface Session extends AutoCloseable {

        /** Makes so many jobs ready by the contender's own means, without letting it begin. */
        void enqueue(int jobs) throws IOException, SQLException;

        /**
         * Lets it begin, and returns when it began.
         *
         * @return µs since 1970: when it claimed its first job or, if it does not tell that, began its first one, which
         *     is later and thus in its favour
         */
        long work() throws IOException, SQLException;

        /** A cheap query for one boolean: whether any job is left whose completion is not committed. */
        String left();

        @Override
        void close() throws IOException, SQLException;
    }
}
