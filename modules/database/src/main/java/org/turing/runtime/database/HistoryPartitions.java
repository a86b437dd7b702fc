package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The days of {@code ticket_history}, each a partition (UTC): made ahead, dropped when the retention is over. Rows that
 * fell into the default partition, because nobody kept house, are moved to their days. Ended runtimes are forgotten
 * with the last of their tickets.
 */
final class HistoryPartitions {

    /** For whoever makes room only, and does not know how long ended tickets are to be kept. */
    static final Duration FOR_EVER = Duration.ofDays(100 * 365);

    private static final int DAYS_AHEAD = 2;
    private static final DateTimeFormatter NAME = DateTimeFormatter.BASIC_ISO_DATE;
    private static final Pattern PARTITION = Pattern.compile("ticket_history_(\\d{8})");

    private final Database database;
    private final Duration retention;

    /** @param retention how long ended tickets are kept; at least a day */
    HistoryPartitions(Database database, Duration retention) {
        if (retention.compareTo(Duration.ofDays(1)) < 0) {
            throw new IllegalArgumentException("history is kept for a day at least, not " + retention);
        }
        this.database = database;
        this.retention = retention;
    }

    void housekeep() {
        database.transaction(connection -> {
            if (takeTurn(connection)) {
                LocalDate today = today(connection);
                LocalDate oldest = today.minusDays(retention.toDays());
                Set<LocalDate> existing = partitions(connection);
                drop(connection, existing, oldest);
                create(connection, existing, wanted(connection, today, oldest));
                forgetRuntimes(connection);
            }
            return null;
        });
    }

    /** One runtime keeps house at a time; the others need not wait. */
    private boolean takeTurn(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))")) {
            statement.setString(1, "turing housekeeping " + database.settings().schema());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static LocalDate today(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT CAST(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC' AS date)")) {
            row.next();
            return row.getObject(1, LocalDate.class);
        }
    }

    private Set<LocalDate> partitions(Connection connection) throws SQLException {
        Set<LocalDate> days = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(database.inSchema("""
                        SELECT c.relname FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
                         WHERE i.inhparent = CAST('turing.ticket_history' AS regclass)"""))) {
            while (row.next()) {
                Matcher name = PARTITION.matcher(row.getString(1));
                if (name.matches()) {
                    days.add(LocalDate.parse(name.group(1), NAME));
                }
            }
        }
        return days;
    }

    private void drop(Connection connection, Set<LocalDate> existing, LocalDate oldest) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (LocalDate day : existing) {
                if (day.isBefore(oldest)) {
                    statement.execute(database.inSchema("DROP TABLE " + table(day)));
                }
            }
            statement.execute(database.inSchema("""
                    DELETE FROM turing.ticket_history_default WHERE recorded_at < '%s 00:00+00'""".formatted(oldest)));
        }
    }

    private List<LocalDate> wanted(Connection connection, LocalDate today, LocalDate oldest) throws SQLException {
        Set<LocalDate> days = new TreeSet<>();
        for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
            days.add(today.plusDays(ahead));
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(database.inSchema("""
                        SELECT DISTINCT CAST(recorded_at AT TIME ZONE 'UTC' AS date)
                          FROM turing.ticket_history_default"""))) {
            while (row.next()) {
                LocalDate day = row.getObject(1, LocalDate.class);
                if (!day.isBefore(oldest)) {
                    days.add(day);
                }
            }
        }
        return new ArrayList<>(days);
    }

    private void create(Connection connection, Set<LocalDate> existing, List<LocalDate> wanted) throws SQLException {
        List<LocalDate> missing =
                wanted.stream().filter(day -> !existing.contains(day)).toList();
        if (missing.isEmpty()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            // Nobody may add a row to the default partition between the move and the attachment.
            statement.execute(
                    database.inSchema("LOCK TABLE ONLY turing.ticket_history_default IN ACCESS EXCLUSIVE MODE"));
            for (LocalDate day : missing) {
                String range =
                        "recorded_at >= '%s 00:00+00' AND recorded_at < '%s 00:00+00'".formatted(day, day.plusDays(1));
                statement.execute(database.inSchema("""
                        CREATE TABLE %1$s (LIKE turing.ticket_history INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
                        WITH moved AS (DELETE FROM turing.ticket_history_default WHERE %2$s RETURNING *)
                        INSERT INTO %1$s SELECT * FROM moved;
                        ALTER TABLE turing.ticket_history ATTACH PARTITION %1$s
                              FOR VALUES FROM ('%3$s 00:00+00') TO ('%4$s 00:00+00')""".formatted(table(day), range, day, day.plusDays(1))));
            }
        }
    }

    /** Ended runtimes that no ticket can name any more. */
    private void forgetRuntimes(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                DELETE FROM turing.runtimes r
                 WHERE r.ended_at < pg_catalog.clock_timestamp() - CAST(? AS interval)
                   AND NOT EXISTS (SELECT FROM turing.claims c WHERE c.runtime_id = r.runtime_id)"""))) {
            statement.setString(1, retention.toSeconds() + " seconds");
            statement.executeUpdate();
        }
    }

    private static String table(LocalDate day) {
        return "turing.ticket_history_" + NAME.format(day);
    }
}
