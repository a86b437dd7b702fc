package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes subjects eligible again that the ledger keeps back: dead, stayed, skipped, set aside, backing off, or finished
 * once. Their next tickets start chains of their own with the first attempt. Running and past tickets are untouched.
 */
public final class Retry {

    /** What a subject may be kept back as. */
    public static final List<String> STATES = List.of("dead", "stayed", "skipped", "set_aside", "backing_off", "once");

    /** Index: memory's primary key, for one subject; whole task types are read through. */
    private static final String KEPT_BACK = """
             WHERE m.state = ANY (CAST(? AS text[]))
               AND (CAST(? AS bigint) IS NULL OR m.task_type_id = ?)
               AND (CAST(? AS text) IS NULL OR m.subject_id = ?)
               AND (CAST(? AS text) IS NULL OR position(lower(?) IN lower(m.reason)) > 0)
               AND (CAST(? AS bigint) IS NULL OR EXISTS (
                    SELECT FROM turing.ticket_history h
                     WHERE h.ticket_id = m.ticket_id
                       AND h.recorded_at >= clock_timestamp() - ? * interval '1 millisecond'))
               AND (CAST(? AS bigint) IS NULL OR m.ticket_id = ? OR (m.task_type_id, m.subject_id) IN
                    (SELECT task_type_id, subject_id FROM turing.ticket_history h WHERE h.ticket_id = ?))""";

    private static final String REVIVE = """
            UPDATE turing.memory AS m
               SET state = 'left', attempt = 0, not_before = NULL, new_chain = true, visits = 0, interruptions = 0,
                   reason = NULL
            """ + KEPT_BACK + " RETURNING m.task_type_id";

    private static final String COUNT = "SELECT m.task_type_id FROM turing.memory AS m\n" + KEPT_BACK;

    private final Database database;

    public Retry(Database database) {
        this.database = database;
    }

    /**
     * Which subjects; every part narrows.
     *
     * @param ticketId the subject of this ticket for its task type, or null
     * @param taskTypeId of this task type, or null
     * @param subjectId this subject, or null
     * @param states kept back as one of these {@link #STATES}
     * @param error kept back for a reason that contains this text, in upper or lower case; or null
     * @param since whose latest ticket ended within this time, as far as the history is kept; or null
     */
    public record Filter(
            @Nullable Long ticketId,
            @Nullable Long taskTypeId,
            @Nullable String subjectId,
            Set<String> states,
            @Nullable String error,
            @Nullable Duration since) {
        public Filter {
            states = Set.copyOf(states);
        }

        /** The subject of a ticket, whatever it is kept back as. */
        public static Filter ofTicket(long ticketId) {
            return new Filter(ticketId, null, null, Set.copyOf(STATES), null, null);
        }

        /** One subject of a task type, whatever it is kept back as. */
        public static Filter ofSubject(long taskTypeId, String subjectId) {
            return new Filter(null, taskTypeId, subjectId, Set.copyOf(STATES), null, null);
        }
    }

    /** Revives what the filter lets through; returns how many subjects are eligible again. */
    public int revive(Filter filter) {
        return run(REVIVE, filter, true);
    }

    /** How many {@link #revive} would revive now. */
    public int count(Filter filter) {
        return run(COUNT, filter, false);
    }

    private int run(String sql, Filter filter, boolean wake) {
        return database.transaction(connection -> {
            Set<Long> taskTypes = new TreeSet<>();
            int subjects = 0;
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema(sql))) {
                Long since = filter.since() == null ? null : filter.since().toMillis();
                statement.setArray(
                        1, connection.createArrayOf("text", filter.states().toArray()));
                int at = 2;
                for (int time = 0; time < 2; time++) {
                    statement.setObject(at++, filter.taskTypeId(), Types.BIGINT);
                }
                for (int time = 0; time < 2; time++) {
                    statement.setString(at++, filter.subjectId());
                }
                for (int time = 0; time < 2; time++) {
                    statement.setString(at++, filter.error());
                }
                for (int time = 0; time < 2; time++) {
                    statement.setObject(at++, since, Types.BIGINT);
                }
                for (int time = 0; time < 3; time++) {
                    statement.setObject(at++, filter.ticketId(), Types.BIGINT);
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        subjects++;
                        taskTypes.add(row.getLong(1));
                    }
                }
            }
            if (wake) {
                Wake.taskTypes(connection, taskTypes);
            }
            return subjects;
        });
    }
}
