package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes subjects eligible again that the ledger keeps back: dead, stayed, skipped, set aside, backing off, or finished
 * once. Their next tickets start chains of their own with the first attempt. Running and past tickets are untouched.
 */
public final class Retry {

    private static final String REVIVE = """
            UPDATE turing.memory AS m
               SET state = 'left', attempt = 0, not_before = NULL, new_chain = true, visits = 0, interruptions = 0,
                   reason = NULL
             WHERE m.state IN ('dead', 'stayed', 'skipped', 'set_aside', 'backing_off', 'once') AND %s
            RETURNING m.task_type_id""";

    private final Database database;

    public Retry(Database database) {
        this.database = database;
    }

    /**
     * Revives the subject of a ticket for its task type.
     *
     * @return how many subjects are eligible again: 0 or 1
     */
    public int ofTicket(long ticketId) {
        return revive("""
                (m.ticket_id = ? OR (m.task_type_id, m.subject_id) IN
                 (SELECT task_type_id, subject_id FROM turing.ticket_history h WHERE h.ticket_id = ?))""", ticketId, ticketId);
    }

    /** Revives one subject of a task type; 0 or 1. */
    public int ofSubject(long taskTypeId, String subjectId) {
        return revive("m.task_type_id = ? AND m.subject_id = ?", taskTypeId, subjectId);
    }

    /**
     * Revives every subject of a task type.
     *
     * @param finishedOnceToo whether those that {@code rerun = once} finished for good are revived too
     * @return how many are eligible again
     */
    public int ofTaskType(long taskTypeId, boolean finishedOnceToo) {
        return revive("m.task_type_id = ? AND (m.state <> 'once' OR ?)", taskTypeId, finishedOnceToo);
    }

    private int revive(String which, Object... parameters) {
        return database.transaction(connection -> {
            Set<Long> taskTypes = new TreeSet<>();
            int revived = 0;
            try (PreparedStatement statement =
                    connection.prepareStatement(database.inSchema(REVIVE.formatted(which)))) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        revived++;
                        taskTypes.add(row.getLong(1));
                    }
                }
            }
            Wake.taskTypes(connection, taskTypes);
            return revived;
        });
    }
}
