package org.turing.runtime.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a job does besides being a job. Jobs are numbered from 1, and each has the item of its number. */
enum Workload {
    NO_OP("no-op", "the job does nothing") {
        @Override
        void prepare(BenchDatabase database) {
            // it touches no table of the user's
        }

        @Override
        void fill(BenchDatabase database, long first, int jobs) {
            // nothing to fill
        }

        @Override
        void requireDone(BenchDatabase database, long jobs) {
            // it leaves no trace
        }
    },
    STATUS("status", "the job moves the status of its row in the user's table `items`") {
        @Override
        void prepare(BenchDatabase database) throws SQLException {
            database.execute("CREATE TABLE items (id bigint PRIMARY KEY, status text NOT NULL)");
        }

        @Override
        void fill(BenchDatabase database, long first, int jobs) throws SQLException {
            database.execute("INSERT INTO items SELECT i, 'new' FROM generate_series(%d, %d) i"
                    .formatted(first, first + jobs - 1));
        }

        @Override
        void requireDone(BenchDatabase database, long jobs) throws IOException, SQLException {
            long done = database.numbers("SELECT count(*) FROM items WHERE status = 'done'")
                    .get(0);
            if (done != jobs) {
                throw new IOException("nothing was left of " + jobs + " jobs, but only " + done + " items are done");
            }
        }
    };

    private final String title;
    private final String meaning;

    Workload(String title, String meaning) {
        this.title = title;
        this.meaning = meaning;
    }

    /** As it is called on the command line, by processes and in reports. */
    String title() {
        return title;
    }

    String meaning() {
        return meaning;
    }

    /** Makes the user's tables, empty. */
    abstract void prepare(BenchDatabase database) throws SQLException;

    /** Adds what jobs of these numbers need in them. */
    abstract void fill(BenchDatabase database, long first, int jobs) throws SQLException;

    /** Fails unless the user's tables show that the first so many jobs were done. */
    abstract void requireDone(BenchDatabase database, long jobs) throws IOException, SQLException;

    static Workload titled(String title) {
        return Arrays.stream(values())
                .filter(workload -> workload.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + title + "'; there are "
                        + Arrays.stream(values()).map(Workload::title).collect(Collectors.joining(", "))));
    }

    /** For the command line. */
    static final class Titled implements ITypeConverter<Workload> {
        @Override
        public Workload convert(String title) {
            try {
                return titled(title);
            } catch (IllegalArgumentException unknown) {
                throw new TypeConversionException(unknown.getMessage());
            }
        }
    }
}
