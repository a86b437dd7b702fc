package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import org.turing.runtime.domain.pace.RunTimeout;

/** What the runs of a task type took of late, for its automatic timeout. */
final class RunTimes {

    /** A percentile of so many runs is good enough, and cheap. */
    private static final int LATEST = 10_000;

    private RunTimes() {}

    static RunTimeout.Times of(Database database, long taskTypeId) {
        return database.transaction(connection -> {
            // Index ticket_history_of_task_type. Failures say nothing of how long the work takes.
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    SELECT count(*), percentile_disc(0.99) WITHIN GROUP (ORDER BY took)
                      FROM (SELECT CASE WHEN timed_out THEN float8 'Infinity'
                                        ELSE extract(epoch FROM finished_at - started_at) END AS took
                              FROM turing.ticket_history
                             WHERE task_type_id = ? AND recorded_at > clock_timestamp() - CAST(? AS interval)
                               AND (timed_out OR status IN ('completed', 'skipped')) AND started_at IS NOT NULL
                             ORDER BY recorded_at DESC LIMIT %d) latest""".formatted(LATEST)))) {
                statement.setLong(1, taskTypeId);
                statement.setString(2, RunTimeout.HISTORY.toSeconds() + " seconds");
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    double seconds = row.getDouble(2);
                    boolean known = !row.wasNull() && Double.isFinite(seconds);
                    return new RunTimeout.Times(row.getInt(1), known ? Duration.ofNanos((long) (seconds * 1e9)) : null);
                }
            }
        });
    }
}
