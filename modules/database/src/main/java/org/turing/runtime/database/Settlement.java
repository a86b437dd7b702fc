package org.turing.runtime.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.TicketLedger.Standing;

/**
 * Asks the inbox again for what the ledger has reason to doubt: what was finished, what is due for another attempt, and
 * some of what was set aside because it stayed. The ledger is read first and the inbox after that, in a later snapshot.
 */
final class Settlement {

    /** Subjects asked about in one question. */
    private static final int AT_A_TIME = 1000;

    /** The unique check waits for claimants; the update sees an outcome that was written since the statement began. */
    private static final String OVERTAKE = """
            WITH due AS MATERIALIZED (
                SELECT nextval('turing.ticket_ids') AS new_ticket_id, d.*
                  FROM (SELECT m.* FROM turing.memory m
                          JOIN unnest(CAST(? AS text[]), CAST(? AS bigint[])) AS s (subject_id, ticket_id)
                               USING (subject_id, ticket_id)
                         WHERE m.task_type_id = ? AND m.state = 'backing_off' ORDER BY m.subject_id) d
            ), free AS (
                INSERT INTO turing.claims (ticket_id, task_type_id, subject_type, subject_id, fence, attempt, chain_id,
                                           chain_depth, model, runtime_id, claimed_at)
                SELECT new_ticket_id, task_type_id, subject_type, subject_id, new_ticket_id, 1, chain_id, chain_depth,
                       CAST(? AS text), 0, clock_timestamp()
                  FROM due
                ON CONFLICT DO NOTHING
                RETURNING ticket_id, model, claimed_at
            ), gone AS (
                UPDATE turing.memory m SET state = 'left', not_before = NULL, attempt = 0, interruptions = 0,
                       reason = NULL, outcome_xid = pg_current_xact_id()
                  FROM free JOIN due ON free.ticket_id = due.new_ticket_id
                 WHERE m.task_type_id = due.task_type_id AND m.subject_id = due.subject_id
                   AND m.ticket_id = due.ticket_id AND m.state = 'backing_off'
                RETURNING due.new_ticket_id, free.model, free.claimed_at
            ), told AS (
                INSERT INTO turing.ticket_history
                       (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence, chain_id,
                        chain_depth, model, runtime_id, claimed_at, recorded_at, error)
                SELECT new_ticket_id, task_type_id, subject_type, subject_id, 'overtaken', 1, new_ticket_id,
                       chain_id, chain_depth, model, 0, claimed_at, clock_timestamp(),
                       'the subject had left the inbox when its next attempt was due'
                  FROM due JOIN gone USING (new_ticket_id)
            )
            SELECT coalesce(array_agg(ticket_id), '{}') FROM free""";

    private final Database database;
    private final Inboxes inboxes;
    /** Where the sweep over what stays goes on, per task type. */
    private final Map<Long, Place> sweeps = new ConcurrentHashMap<>();

    private record Place(String state, String subjectId) {
        static final Place START = new Place("", "");
    }

    Settlement(Database database, Inboxes inboxes) {
        this.database = database;
        this.inboxes = inboxes;
    }

    Standing settle(TaskType taskType, InboxShape shape) throws InboxFault {
        settleFinished(taskType, shape);
        settleDueRetries(taskType, shape);
        sweep(taskType, shape);
        return standing(taskType);
    }

    private void settleFinished(TaskType taskType, InboxShape shape) throws InboxFault {
        Map<String, Long> finished;
        do {
            // Index memory_standing.
            finished = doubted("""
                    SELECT subject_id, ticket_id FROM turing.memory
                     WHERE task_type_id = ? AND state = 'finished' ORDER BY subject_id LIMIT %d""".formatted(AT_A_TIME), taskType);
            Set<String> present = inboxes.present(taskType, shape, finished.keySet());
            Map<String, Long> stayed = new HashMap<>(finished);
            stayed.keySet().retainAll(present);
            Map<String, Long> left = new HashMap<>(finished);
            left.keySet().removeAll(present);
            become(taskType, "finished", "left", null, left);
            become(taskType, "finished", "stayed", "succeeded and was still in the inbox afterwards", stayed);
        } while (finished.size() == AT_A_TIME);
    }

    private void settleDueRetries(TaskType taskType, InboxShape shape) throws InboxFault {
        // Index memory_backing_off.
        Map<String, Long> due = doubted("""
                SELECT subject_id, ticket_id FROM turing.memory m
                 WHERE task_type_id = ? AND state = 'backing_off' AND not_before <= clock_timestamp()
                   AND (SELECT 1 FROM turing.claims c
                         WHERE c.task_type_id = m.task_type_id AND c.subject_id = m.subject_id) IS NULL
                 ORDER BY not_before LIMIT %d""".formatted(AT_A_TIME), taskType);
        due.keySet().removeAll(inboxes.present(taskType, shape, due.keySet()));
        overtake(taskType, due);
    }

    private void sweep(TaskType taskType, InboxShape shape) throws InboxFault {
        Place from = sweeps.getOrDefault(taskType.id(), Place.START);
        Map<String, Long> swept = new LinkedHashMap<>();
        Place[] reached = {from};
        database.transaction(connection -> {
            // Index memory_standing.
            try (PreparedStatement statement =
                    connection.prepareStatement(database.inSchema("""
                    SELECT subject_id, ticket_id, state FROM turing.memory
                     WHERE task_type_id = ? AND state IN ('skipped', 'stayed') AND (state, subject_id) > (?, ?)
                     ORDER BY state, subject_id LIMIT %d""".formatted(AT_A_TIME)))) {
                statement.setLong(1, taskType.id());
                statement.setString(2, from.state());
                statement.setString(3, from.subjectId());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        swept.put(row.getString(1), row.getLong(2));
                        reached[0] = new Place(row.getString(3), row.getString(1));
                    }
                }
            }
            return null;
        });
        sweeps.put(taskType.id(), swept.size() < AT_A_TIME ? Place.START : reached[0]);
        swept.keySet().removeAll(inboxes.present(taskType, shape, swept.keySet()));
        become(taskType, "stayed", "left", null, swept);
        become(taskType, "skipped", "left", null, swept);
    }

    private Map<String, Long> doubted(String sql, TaskType taskType) {
        return database.transaction(connection -> {
            Map<String, Long> subjects = new LinkedHashMap<>();
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema(sql))) {
                statement.setLong(1, taskType.id());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        subjects.put(row.getString(1), row.getLong(2));
                    }
                }
            }
            return subjects;
        });
    }

    /** Changes what is remembered, unless another outcome was written meanwhile. */
    private void become(
            TaskType taskType, String from, String to, @Nullable String reason, Map<String, Long> subjects) {
        if (subjects.isEmpty()) {
            return;
        }
        database.transaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    UPDATE turing.memory m SET state = ?, reason = ?
                      FROM unnest(CAST(? AS text[]), CAST(? AS bigint[])) AS s (subject_id, ticket_id)
                     WHERE m.task_type_id = ? AND m.subject_id = s.subject_id AND m.ticket_id = s.ticket_id
                       AND m.state = ?"""))) {
                statement.setString(1, to);
                statement.setString(2, reason);
                bind(connection, statement, 3, subjects);
                statement.setLong(5, taskType.id());
                statement.setString(6, from);
                return statement.executeUpdate();
            }
        });
    }

    /**
     * A due attempt whose subject has left the inbox is not made; a ticket says so. That ticket holds a claim until the
     * transaction ends: whoever claimed the subject since it was read goes on, and whoever is about to waits.
     */
    private void overtake(TaskType taskType, Map<String, Long> subjects) {
        if (subjects.isEmpty()) {
            return;
        }
        database.transaction(connection -> {
            Array tickets;
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema(OVERTAKE))) {
                bind(connection, statement, 1, subjects);
                statement.setLong(3, taskType.id());
                statement.setString(4, taskType.requiresModel());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    tickets = row.getArray(1);
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(
                    database.inSchema("DELETE FROM turing.claims WHERE ticket_id = ANY (?)"))) {
                statement.setArray(1, tickets);
                return statement.executeUpdate();
            }
        });
    }

    private static void bind(Connection connection, PreparedStatement statement, int at, Map<String, Long> subjects)
            throws SQLException {
        statement.setArray(
                at, connection.createArrayOf("text", subjects.keySet().toArray()));
        statement.setArray(
                at + 1, connection.createArrayOf("bigint", subjects.values().toArray()));
    }

    private Standing standing(TaskType taskType) {
        return database.transaction(connection -> {
            Map<String, Long> counts = new HashMap<>();
            Instant nextRetryAt = null;
            // Indexes memory_standing and memory_backing_off; a subject that is being tried again waits no more.
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    SELECT state, count(*), CAST(NULL AS timestamptz) FROM turing.memory
                     WHERE task_type_id = ? AND state IN ('finished', 'stayed', 'skipped', 'set_aside', 'dead')
                     GROUP BY state
                    UNION ALL
                    SELECT 'backing_off', count(*), min(not_before) FROM turing.memory m
                     WHERE task_type_id = ? AND state = 'backing_off'
                       AND (SELECT 1 FROM turing.claims c
                             WHERE c.task_type_id = m.task_type_id AND c.subject_id = m.subject_id) IS NULL"""))) {
                statement.setLong(1, taskType.id());
                statement.setLong(2, taskType.id());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        counts.put(row.getString(1), row.getLong(2));
                        OffsetDateTime next = row.getObject(3, OffsetDateTime.class);
                        nextRetryAt = next == null ? nextRetryAt : next.toInstant();
                    }
                }
            }
            long named = counts.getOrDefault("stayed", 0L) + counts.getOrDefault("set_aside", 0L);
            return new Standing(
                    counts.getOrDefault("backing_off", 0L),
                    nextRetryAt,
                    counts.getOrDefault("stayed", 0L),
                    counts.getOrDefault("skipped", 0L),
                    counts.getOrDefault("set_aside", 0L),
                    counts.getOrDefault("dead", 0L),
                    counts.getOrDefault("finished", 0L),
                    named == 0 ? List.of() : kept(connection, taskType));
        });
    }

    private List<Standing.Kept> kept(Connection connection, TaskType taskType) throws SQLException {
        List<Standing.Kept> kept = new ArrayList<>();
        // Index memory_standing.
        String some = """
                (SELECT subject_id, state = 'stayed', coalesce(reason, '') FROM turing.memory
                  WHERE task_type_id = ? AND state = '%s' ORDER BY subject_id LIMIT %d)""";
        try (PreparedStatement statement =
                connection.prepareStatement(database.inSchema(some.formatted("stayed", Standing.NAMED) + " UNION ALL "
                        + some.formatted("set_aside", Standing.NAMED)))) {
            statement.setLong(1, taskType.id());
            statement.setLong(2, taskType.id());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    kept.add(new Standing.Kept(row.getString(1), row.getBoolean(2), row.getString(3)));
                }
            }
        }
        return kept;
    }
}
