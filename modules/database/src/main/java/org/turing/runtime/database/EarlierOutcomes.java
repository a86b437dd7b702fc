package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * Recognises outcomes that were committed although their writer never heard of it: the connection broke between the
 * commit and its answer. The history has the ticket with the same fence and the very time at which this run's result
 * was there; what a rescue wrote has no such time, and another outcome of the ticket has another one.
 */
final class EarlierOutcomes {

    // Index ticket_history_ticket, memory's primary key.
    private static final String SQL = """
            SELECT h.ticket_id, h.status, h.error, m.not_before
              FROM (SELECT o.ticket_id, o.fence, %s AS finished_at
                      FROM unnest(CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS bigint[]))
                           AS o (ticket_id, fence, finished_us)) w
              JOIN turing.ticket_history h USING (ticket_id, fence, finished_at)
              LEFT JOIN turing.memory m USING (task_type_id, subject_id, ticket_id)""".formatted(OutcomeStatement.time("finished_us"));

    private final Database database;
    private final DeclaredMoves moves;

    EarlierOutcomes(Database database, DeclaredMoves moves) {
        this.database = database;
        this.moves = moves;
    }

    private record Row(
            TicketStatus status,
            @Nullable String error,
            @Nullable OffsetDateTime notBefore) {}

    /**
     * @param entries whose claims are gone
     * @return the verdicts of those that were written earlier, by ticket
     */
    Map<Long, Verdict> among(Connection connection, List<Entry> entries) throws SQLException {
        if (entries.isEmpty()) {
            return Map.of();
        }
        Map<Long, Row> rows = rows(connection, entries);
        Map<Long, Verdict> verdicts = new HashMap<>();
        for (Entry entry : entries) {
            long ticketId = entry.run().claim().ticketId();
            Row row = rows.get(ticketId);
            if (row != null) {
                verdicts.put(
                        ticketId,
                        new Verdict.Written(
                                ticketId,
                                row.status(),
                                row.error(),
                                row.notBefore() == null ? null : row.notBefore().toInstant(),
                                row.status() == TicketStatus.COMPLETED ? change(connection, entry) : null));
            }
        }
        return verdicts;
    }

    private Map<Long, Row> rows(Connection connection, List<Entry> entries) throws SQLException {
        List<FinishedRun> runs = entries.stream().map(Entry::run).toList();
        Map<Long, Row> rows = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema(SQL))) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint",
                            runs.stream().map(run -> run.claim().ticketId()).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint",
                            runs.stream().map(run -> run.claim().fence()).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "bigint",
                            runs.stream()
                                    .map(run -> OutcomeStatement.micros(run.finishedAt()))
                                    .toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.put(
                            row.getLong(1),
                            new Row(
                                    TicketStatus.ofSqlName(row.getString(2)),
                                    row.getString(3),
                                    row.getObject(4, OffsetDateTime.class)));
                }
            }
        }
        return rows;
    }

    /** The status change that was committed with it; a hint, so one that was not needed then does no harm now. */
    private @Nullable StatusChange change(Connection connection, Entry entry) throws SQLException {
        TaskType taskType = entry.taskType();
        DeclaredInbox inbox = taskType.declaredInbox();
        String target =
                Decision.of(taskType, entry.run(), entry.run().finishedAt(), 0).target();
        if (inbox == null || target == null) {
            return null;
        }
        try {
            return new StatusChange(moves.table(connection, taskType, inbox).relation(), target);
        } catch (InboxFault gone) {
            return null; // nobody reads a table that is gone
        }
    }
}
