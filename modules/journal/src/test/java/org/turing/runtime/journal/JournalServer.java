package org.turing.runtime.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.EmbeddedPostgres;

/** A PostgreSQL server that can be stopped and started again. */
final class JournalServer implements AutoCloseable {

    private static final EmbeddedPostgres.Options OPTIONS =
            EmbeddedPostgres.Options.defaults().withSettings(Map.of("fsync", "off"));

    private final Path folder;
    private EmbeddedPostgres postgres;

    JournalServer(Path folder) {
        this.folder = folder;
        this.postgres = EmbeddedPostgres.start(folder, OPTIONS);
    }

    /** The server's database, migrated; the caller closes it. */
    Database connect(String schema) throws DatabaseFault {
        Database database = Database.connect(DatabaseSettings.of(postgres.uri(), null, null, schema));
        database.migrate();
        return database;
    }

    String password() {
        return postgres.password();
    }

    void stop() {
        postgres.close();
    }

    /** Starts it again, on the port that it had. */
    void startAgain() throws IOException {
        int port = postgres.port();
        postgres = EmbeddedPostgres.start(folder, OPTIONS);
        if (postgres.port() != port) {
            throw new IOException("port " + port + " was taken meanwhile");
        }
    }

    /** The first column of the only row, as a number. */
    long number(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Ends the journal's sessions; returns how many there were. */
    long endSessions() throws SQLException {
        return number("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE application_name = 'turing-runtime journal'");
    }

    @Override
    public void close() {
        postgres.close();
    }
}
