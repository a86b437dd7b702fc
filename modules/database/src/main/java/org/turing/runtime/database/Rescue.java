package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.turing.runtime.ports.TicketLedger.Rescued;

/**
 * Frees the claims of runtimes that are no more: their lease lapsed or their end is proven, never because a run takes
 * long. The tickets become {@code cancelled}; the memory of their subjects is untouched, so no attempt is used up.
 */
final class Rescue {

    private Rescue() {}

    /**
     * @param rescuer the runtime that rescues. Its own identity it leaves alone, lapsed or not: it may hold results
     *     that it will yet write under it, and decides itself when to begin anew
     */
    static Rescued rescue(Database database, long rescuer) {
        return database.transaction(connection -> {
            endLapsed(database, connection, rescuer);
            return freeClaims(database, connection);
        });
    }

    private static void endLapsed(Database database, Connection connection, long rescuer) throws SQLException {
        // Index runtimes_living. A row that its own runtime renews at this moment is left alone.
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                UPDATE turing.runtimes SET ended_at = clock_timestamp()
                 WHERE runtime_id IN (SELECT runtime_id FROM turing.runtimes
                                       WHERE ended_at IS NULL AND lease_until < clock_timestamp() AND runtime_id <> ?
                                         FOR UPDATE SKIP LOCKED)"""))) {
            statement.setLong(1, rescuer);
            statement.executeUpdate();
        }
    }

    /** Frees the claims of ended runtimes. One that its script holds ({@code turing.hold}) waits for the next time. */
    static Rescued freeClaims(Database database, Connection connection) throws SQLException {
        Set<Long> runtimes = new HashSet<>();
        Set<Long> taskTypes = new HashSet<>();
        int claims = 0;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(database.inSchema("""
                        WITH lost AS (
                            SELECT c.ticket_id FROM turing.claims c JOIN turing.runtimes r USING (runtime_id)
                             WHERE r.ended_at IS NOT NULL
                             ORDER BY c.ticket_id
                               FOR UPDATE OF c SKIP LOCKED
                        ), freed AS (
                            DELETE FROM turing.claims c USING lost WHERE c.ticket_id = lost.ticket_id RETURNING c.*
                        ), told AS (
                            INSERT INTO turing.ticket_history
                                   (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence, chain_id,
                                    chain_depth, model, host, runtime_id, claimed_at, recorded_at, input, error)
                            SELECT f.ticket_id, f.task_type_id, f.subject_type, f.subject_id, 'cancelled', f.attempt,
                                   f.fence, f.chain_id, f.chain_depth, f.model, r.host, f.runtime_id, f.claimed_at,
                                   clock_timestamp(), f.input,
                                   format('rescued: runtime %s on %s (pid %s) ended', r.runtime_id, r.host, r.pid)
                              FROM freed f JOIN turing.runtimes r USING (runtime_id)
                        )
                        SELECT runtime_id, task_type_id, count(*) FROM freed GROUP BY runtime_id, task_type_id"""))) {
            while (row.next()) {
                runtimes.add(row.getLong(1));
                taskTypes.add(row.getLong(2));
                claims += row.getInt(3);
            }
        }
        return new Rescued(runtimes.size(), claims, taskTypes);
    }
}
