package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.turing.runtime.bench.BenchDatabase;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a job does besides being a job. Jobs are numbered from 1, and each has the item of its number. */
public enum Workload {
    NO_OP("no-op", "the job does nothing"),
    STATUS("status", "the job moves the status of its row in the user's table `items`") {
        @Override
        public void prepare(BenchDatabase database) throws SQLException {
            database.execute("CREATE TABLE items (id bigint PRIMARY KEY, status text NOT NULL)");
        }

        @Override
        public void fill(BenchDatabase database, long first, int jobs) throws SQLException {
            database.execute("INSERT INTO items SELECT i, 'new' FROM generate_series(%d, %d) i"
                    .formatted(first, first + jobs - 1));
        }

        @Override
        public void requireDone(BenchDatabase database, long jobs) throws IOException, SQLException {
            long done = database.numbers("SELECT count(*) FROM items WHERE status = 'done' AND id > 0")
                    .get(0);
            if (done != jobs) {
                throw new IOException("nothing was left of " + jobs + " jobs, but only " + done + " items are done");
            }
        }
    },
    THICK("thick", "the job's JSON goes to a warm Python worker, which echoes it"),
    SCRIPT("script", "the job's JSON goes to a Python process of its own, which echoes it");

    /** What queues can be compared by. */
    public static final List<Workload> OF_QUEUES = List.of(NO_OP, STATUS);

    /** What needs processes. */
    public static final List<Workload> OF_SCRIPTS = List.of(THICK, SCRIPT);

    private final String title;
    private final String meaning;

    Workload(String title, String meaning) {
        this.title = title;
        this.meaning = meaning;
    }

    /** As it is called on the command line, by processes and in reports. */
    public String title() {
        return title;
    }

    public String meaning() {
        return meaning;
    }

    /** Makes the user's tables that jobs change, empty. */
    public void prepare(BenchDatabase database) throws SQLException {
        // most change none
    }

    /** Adds what jobs of these numbers need in them. */
    public void fill(BenchDatabase database, long first, int jobs) throws SQLException {
        // most need nothing
    }

    /** Fails unless the user's tables show that the first so many jobs were done. */
    public void requireDone(BenchDatabase database, long jobs) throws IOException, SQLException {
        // most leave no trace
    }

    static Workload titled(String title) {
        return titled(title, List.of(values()));
    }

    /** @throws IllegalArgumentException if none of these has the title; the message lists theirs */
    static Workload titled(String title, List<Workload> some) {
        return some.stream()
                .filter(workload -> workload.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + title + "'; there are "
                        + some.stream().map(Workload::title).collect(Collectors.joining(", "))));
    }

    /** For the command line. */
    abstract static class Titled implements ITypeConverter<Workload> {
        private final List<Workload> some;

        private Titled(List<Workload> some) {
            this.some = some;
        }

        @Override
        public Workload convert(String title) {
            try {
                return titled(title, some);
            } catch (IllegalArgumentException unknown) {
                throw new TypeConversionException(unknown.getMessage());
            }
        }
    }

    /** Takes those of {@link #OF_QUEUES}. */
    public static final class OfQueues extends Titled {
        OfQueues() {
            super(OF_QUEUES);
        }
    }

    /** Takes those of {@link #OF_SCRIPTS}. */
    public static final class OfScripts extends Titled {
        OfScripts() {
            super(OF_SCRIPTS);
        }
    }
}
