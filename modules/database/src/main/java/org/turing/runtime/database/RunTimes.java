package org.turing.runtime.database;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.pace.RunTimeout;

/** What the runs of a task type took of late, for its automatic timeout. */
final class RunTimes {

    /** A percentile of so many runs is good enough, and cheap. */
    private static final int LATEST = 10_000;

    private RunTimes() {}

    static RunTimeout.Times of(Database database, long taskTypeId) {
        return database.transaction(connection -> {
            // Index ticket_history_of_task_type. Failures say nothing of how long the work takes.
            try (PreparedStatement statement =
                    connection.prepareStatement(database.inSchema("""
                    WITH latest AS (
                        SELECT timed_out, extract(epoch FROM finished_at - started_at) AS took,
                               row_number() OVER (ORDER BY recorded_at DESC) AS place
                          FROM turing.ticket_history
                         WHERE task_type_id = ? AND recorded_at > clock_timestamp() - CAST(? AS interval)
                           AND (timed_out OR status IN ('completed', 'skipped')) AND started_at IS NOT NULL
                         ORDER BY recorded_at DESC LIMIT %d)
                    SELECT count(*) FILTER (WHERE NOT timed_out),
                           percentile_disc(0.99) WITHIN GROUP (ORDER BY took) FILTER (WHERE NOT timed_out),
                           max(took) FILTER (WHERE place <= %d)
                      FROM latest""".formatted(LATEST, RunTimeout.PRESENT)))) {
                statement.setLong(1, taskTypeId);
                statement.setString(2, RunTimeout.HISTORY.toSeconds() + " seconds");
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return new RunTimeout.Times(row.getInt(1), seconds(row, 2), seconds(row, 3));
                }
            }
        });
    }

    private static @Nullable Duration seconds(ResultSet row, int column) throws SQLException {
        BigDecimal seconds = row.getBigDecimal(column);
        return seconds == null
                ? null
                : Duration.ofNanos(seconds.movePointRight(9).longValue());
    }
}
