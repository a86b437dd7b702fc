package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.Shell;

/**
 * PostgreSQL's own benchmark program, which does for each job what it takes at least where jobs are not grouped: a
 * claim and a completion of one row in one transaction. Nothing is looked for, as each client knows its jobs.
 */
public final class Pgbench implements Contender {

    public static final String PROGRAM = "pgbench";
    static final int CLIENTS = 8;

    private final @Nullable String version = installed();

    @Override
    public String name() {
        return PROGRAM;
    }

    @Override
    public String version() {
        return version == null ? "?" : version;
    }

    @Override
    public String settings() {
        return CLIENTS
                + " clients, each job by a transaction of its own that updates its row twice by its number; nothing is"
                + " looked for, nothing grouped";
    }

    @Override
    public @Nullable String hindrance() {
        return version == null
                ? "pgbench is not on the PATH. Fix: install PostgreSQL (Debian: apt-get install postgresql)"
                : null;
    }

    @Override
    public Session open(BenchDatabase database, Workload workload) throws IOException, SQLException {
        database.execute(JobTable.CREATE);
        return new PgbenchSession(database, workload);
    }

    /** Its version, such as 15.13; null where it is not installed. */
    private static @Nullable String installed() {
        try {
            String said = Shell.output(List.of(PROGRAM, "--version"), Map.of());
            return said.replaceFirst(".*?(\\d[\\d.]*).*", "$1").strip();
        } catch (IOException none) {
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
