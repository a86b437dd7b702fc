package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;

/**
 * A contender under a circumstance.
 *
 * @param title of the circumstance
 */
public record Under(Contender contender, String title, Circumstance circumstance) implements Contender {

    @Override
    public String name() {
        return contender.name() + ", " + title;
    }

    @Override
    public String version() {
        return contender.version();
    }

    @Override
    public String settings() {
        return contender.settings();
    }

    @Override
    public @Nullable String hindrance() {
        return contender.hindrance();
    }

    @Override
    public Session open(BenchDatabase database, Workload workload)
            throws IOException, SQLException, InterruptedException {
        return new Weighed(contender.open(database, workload), database);
    }

    private final class Weighed implements Session {

        private final Session session;
        private final BenchDatabase database;
        private boolean warm;
        private Circumstance.@Nullable End begun;

        Weighed(Session session, BenchDatabase database) {
            this.session = session;
            this.database = database;
        }

        @Override
        public void enqueue(int jobs) throws IOException, SQLException, InterruptedException {
            if (warm && begun == null) {
                begun = circumstance.begin(database);
            }
            session.enqueue(jobs);
        }

        @Override
        public long work() throws IOException, SQLException, InterruptedException {
            warm = true;
            return session.work();
        }

        @Override
        public String left() {
            return session.left();
        }

        @Override
        public void requireAlive() throws IOException {
            session.requireAlive();
        }

        @Override
        public void close() throws IOException, SQLException {
            try {
                session.close();
            } finally {
                if (begun != null) {
                    begun.end();
                }
            }
        }
    }
}
