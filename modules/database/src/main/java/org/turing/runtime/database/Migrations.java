package org.turing.runtime.database;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.turing.runtime.database.DatabaseFault.Reason;

/**
 * Runs the SQL files of the top-level folder {@code sql/}, which the jar carries under {@code db/migration}. A schema
 * that has them all is recognised by one query: Flyway takes half a second to come to the same conclusion, at every
 * start.
 */
final class Migrations {

    /** All files, in order; a test compares them with the folder. */
    static final List<String> FILES = List.of(
            "V1__registry_and_ledger.sql",
            "V2__what_runs_tell.sql",
            "V3__interruptions.sql",
            "V4__cluster.sql",
            "V5__journal.sql",
            "V6__arbiter.sql",
            "V7__pauses.sql",
            "V8__looks_together.sql",
            "V9__plans_that_last.sql");

    private static final String HISTORY = "flyway_schema_history";

    private Migrations() {}

    static void run(Database database) throws DatabaseFault {
        if (isCurrent(database)) {
            return;
        }
        if (!database.hasSessions()) {
            throw new DatabaseFault(Reason.SCHEMA, behindPooler(database.settings()));
        }
        migrate(database.settings().directly());
    }

    /** Flyway sets the search_path of a session, and the pooler would lend it to others like that. */
    private static String behindPooler(DatabaseSettings settings) {
        return "database " + settings.address() + ": schema '" + settings.schema()
                + "' has to be made or brought up to date, and that can't be done through a pooler."
                + " Fix: set TURING_DB_DIRECT_URL (turing.db.direct-url) to the server's own address, or run"
                + " 'turing init' once with TURING_DB_URL set to it";
    }

    /** Whether Flyway's history shows exactly these files, as they are now, and nothing that failed. */
    static boolean isCurrent(Database database) {
        List<Applied> expected = FILES.stream()
                .map(file -> new Applied(file, checksum(file), true))
                .toList();
        try {
            return database.attempt(connection -> applied(database, connection)).equals(expected);
        } catch (SQLException unreadable) {
            // No such table yet; somebody else's of that name, or no right to read it: Flyway says so in its own words.
            return false;
        }
    }

    /** A row of Flyway's history that stands for a file. */
    private record Applied(String file, int checksum, boolean success) {}

    private static List<Applied> applied(Database database, Connection connection) throws SQLException {
        List<Applied> applied = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                        SELECT script, checksum, success FROM turing.%s
                         WHERE type = 'SQL' OR NOT success ORDER BY installed_rank""".formatted(HISTORY)));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                applied.add(new Applied(row.getString(1), row.getInt(2), row.getBoolean(3)));
            }
        }
        return applied;
    }

    /** As Flyway computes it: the CRC-32 of all lines without their ends. */
    private static int checksum(String file) {
        CRC32 crc = new CRC32();
        InputStream bytes = Objects.requireNonNull(
                Migrations.class.getResourceAsStream("/db/migration/" + file), () -> file + " is not in the jar");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                crc.update(line.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return (int) crc.getValue();
    }

    private static void migrate(DatabaseSettings settings) throws DatabaseFault {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(Database.dataSource(settings, "turing-runtime migrations", Duration.ZERO))
                    .locations("classpath:db/migration")
                    .defaultSchema(settings.schema())
                    .schemas(settings.schema())
                    .table(HISTORY)
                    .createSchemas(true)
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .placeholders(Map.of("schema", settings.schema()))
                    .connectRetries(0)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            if (e.getCause() instanceof SQLException reason) {
                DatabaseFault weather = ServerCheck.weather(settings, reason);
                if (weather != null) {
                    throw weather;
                }
            }
            throw new DatabaseFault(
                    Reason.SCHEMA,
                    "database " + settings.address() + ": the migrations of schema '" + settings.schema() + "' failed: "
                            + String.valueOf(e.getMessage()).strip()
                            + ". Fix: if another program owns that schema, set TURING_DB_SCHEMA to a name of its own");
        }
    }
}
