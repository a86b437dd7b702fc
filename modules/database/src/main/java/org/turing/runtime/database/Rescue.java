package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.turing.runtime.ports.TicketLedger.Rescued;

/**
 * Frees the claims of runtimes that are no more: their lease lapsed or their end is proven, never because a run takes
 * long. The tickets become {@code cancelled} and use up no attempt; the memory of their subjects counts the
 * interruption, and refuses claims from readings that are older than the rescue: the inbox is asked first whether the
 * subject is still there.
 */
final class Rescue {

    private Rescue() {}

    /**
     * @param rescued what was freed
     * @param tickets whose claims were freed
     * @param held tickets of ended runtimes that stand yet, because their scripts hold them ({@code turing.hold})
     */
    record Freed(Rescued rescued, List<Long> tickets, List<Long> held) {

        List<Long> all() {
            List<Long> all = new ArrayList<>(tickets);
            all.addAll(held);
            return all;
        }

        Freed and(Freed more) {
            Set<Long> taskTypes = new HashSet<>(rescued.taskTypeIds());
            taskTypes.addAll(more.rescued.taskTypeIds());
            Rescued both = new Rescued(
                    Math.max(rescued.runtimes(), more.rescued.runtimes()),
                    rescued.claims() + more.rescued.claims(),
                    taskTypes);
            List<Long> freed = new ArrayList<>(tickets);
            freed.addAll(more.tickets);
            return new Freed(both, freed, more.held);
        }
    }

    /**
     * Frees what can be freed; ends the sessions of scripts whose tickets that concerns, and frees what they held.
     *
     * @param rescuer the runtime that rescues. Its own identity it leaves alone, lapsed or not: it may hold results
     *     that it will yet write under it, and decides itself when to begin anew
     */
    static Rescued rescue(Database database, long rescuer) {
        Freed freed = database.transaction(connection -> {
            endLapsed(database, connection, rescuer);
            return freeClaims(database, connection);
        });
        return andWhatWasHeld(database, freed);
    }

    /** Ends the sessions of scripts whose tickets were freed or are held yet, and frees what they held. */
    static Rescued andWhatWasHeld(Database database, Freed freed) {
        Set<Long> ended = ScriptSessions.end(database, freed.all());
        if (freed.held().stream().anyMatch(ended::contains)) {
            return freed.and(database.transaction(connection -> freeClaims(database, connection)))
                    .rescued();
        }
        return freed.rescued();
    }

    private static void endLapsed(Database database, Connection connection, long rescuer) throws SQLException {
        // Index runtimes_living. A row that its own runtime renews at this moment is left alone; claims that are being
        // made for it do not stand in the way.
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                UPDATE turing.runtimes SET ended_at = clock_timestamp()
                 WHERE runtime_id IN (SELECT runtime_id FROM turing.runtimes
                                       WHERE ended_at IS NULL AND lease_until < clock_timestamp() AND runtime_id <> ?
                                         FOR NO KEY UPDATE SKIP LOCKED)"""))) {
            statement.setLong(1, rescuer);
            statement.executeUpdate();
        }
    }

    /** Frees the claims of ended runtimes, except those that somebody has locked. */
    static Freed freeClaims(Database database, Connection connection) throws SQLException {
        Set<Long> runtimes = new HashSet<>();
        Set<Long> taskTypes = new HashSet<>();
        List<Long> tickets = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(database.inSchema("""
                        WITH lost AS (
                            SELECT c.ticket_id FROM turing.claims c JOIN turing.runtimes r USING (runtime_id)
                             WHERE r.ended_at IS NOT NULL
                             ORDER BY c.ticket_id
                               FOR UPDATE OF c SKIP LOCKED
                        ), freed AS (
                            DELETE FROM turing.claims c USING lost WHERE c.ticket_id = lost.ticket_id RETURNING c.*
                        ), remembered AS (
                            INSERT INTO turing.memory AS m
                                   (task_type_id, subject_id, subject_type, state, outcome_xid, ticket_id, chain_id,
                                    chain_depth, visiting_since, interruptions)
                            SELECT task_type_id, subject_id, subject_type, 'left', pg_current_xact_id(), ticket_id,
                                   chain_id, chain_depth, clock_timestamp(), 1
                              FROM (SELECT * FROM freed ORDER BY task_type_id, subject_id) f
                            ON CONFLICT (task_type_id, subject_id) DO UPDATE
                               SET (outcome_xid, ticket_id, chain_id, chain_depth, new_chain)
                                 = (excluded.outcome_xid, excluded.ticket_id, excluded.chain_id, excluded.chain_depth,
                                    false),
                                   interruptions = m.interruptions + 1
                            RETURNING ticket_id, interruptions
                        ), told AS (
                            INSERT INTO turing.ticket_history
                                   (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence, chain_id,
                                    chain_depth, model, host, runtime_id, claimed_at, recorded_at, input, error)
                            SELECT f.ticket_id, f.task_type_id, f.subject_type, f.subject_id, 'cancelled', f.attempt,
                                   f.fence, f.chain_id, f.chain_depth, f.model, r.host, f.runtime_id, f.claimed_at,
                                   clock_timestamp(), f.input,
                                   format('rescued: runtime %s on %s (pid %s) ended', r.runtime_id, r.host, r.pid)
                                   || CASE WHEN m.interruptions > 1
                                           THEN format('; interruption %s in a row of this subject', m.interruptions)
                                           ELSE '' END
                              FROM freed f JOIN turing.runtimes r USING (runtime_id)
                              JOIN remembered m USING (ticket_id)
                        )
                        SELECT runtime_id, task_type_id, ticket_id FROM freed"""))) {
            while (row.next()) {
                runtimes.add(row.getLong(1));
                taskTypes.add(row.getLong(2));
                tickets.add(row.getLong(3));
            }
        }
        return new Freed(
                new Rescued(runtimes.size(), tickets.size(), taskTypes), tickets, stillHeld(database, connection));
    }

    private static List<Long> stillHeld(Database database, Connection connection) throws SQLException {
        List<Long> held = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(database.inSchema("""
                        SELECT c.ticket_id FROM turing.claims c JOIN turing.runtimes r USING (runtime_id)
                         WHERE r.ended_at IS NOT NULL"""))) {
            while (row.next()) {
                held.add(row.getLong(1));
            }
        }
        return held;
    }
}
