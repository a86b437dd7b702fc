package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.TicketStatus;

/** Reads tickets for people. */
public final class TicketQueries {

    /** The most tickets that a trace shows. */
    private static final int LONGEST_TRACE = 1000;

    private final Database database;

    public TicketQueries(Database database) {
        this.database = database;
    }

    /**
     * Which tickets.
     *
     * @param failed only those that failed or died
     * @param taskTypeId only those of this task type, or null
     * @param subjectId only those of this subject, or null
     * @param status only those in this status, or null
     * @param limit how many at most, latest first; at least 1
     */
    public record Filter(
            boolean failed,
            @Nullable Long taskTypeId,
            @Nullable String subjectId,
            @Nullable TicketStatus status,
            int limit) {}

    /**
     * A ticket; see the comments of the view {@code tickets}.
     *
     * @param taskType the task type's name, or its id where it is registered no more
     */
    public record Ticket(
            long ticketId,
            long taskTypeId,
            String taskType,
            String subjectType,
            String subjectId,
            TicketStatus status,
            int attempt,
            UUID chainId,
            int chainDepth,
            @Nullable String model,
            @Nullable String host,
            @Nullable String gpu,
            Instant claimedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String input,
            @Nullable String output,
            @Nullable String error,
            @Nullable Integer exitCode,
            @Nullable String stdout,
            @Nullable String stderr,
            @Nullable String warning) {}

    /**
     * How many tickets of a task type are in a status.
     *
     * @param taskType the task type's name, or its id where it is registered no more
     */
    public record Count(long taskTypeId, String taskType, TicketStatus status, long tickets) {}

    /** The tickets, latest first. */
    public List<Ticket> find(Filter filter) {
        return database.transaction(connection -> {
            List<Ticket> tickets = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    SELECT t.*, coalesce(n.task_type_name, CAST(t.task_type_id AS text)) AS task_type
                      FROM turing.tickets t LEFT JOIN turing.task_types n USING (task_type_id)
                     WHERE (NOT ? OR t.status IN ('failed', 'dead'))
                       AND (CAST(? AS bigint) IS NULL OR t.task_type_id = ?)
                       AND (CAST(? AS text) IS NULL OR t.subject_id = ?)
                       AND (CAST(? AS text) IS NULL OR t.status = ?)
                     ORDER BY t.ticket_id DESC LIMIT ?"""))) {
                String status = filter.status() == null ? null : filter.status().sqlName();
                statement.setBoolean(1, filter.failed());
                statement.setObject(2, filter.taskTypeId());
                statement.setObject(3, filter.taskTypeId());
                statement.setString(4, filter.subjectId());
                statement.setString(5, filter.subjectId());
                statement.setString(6, status);
                statement.setString(7, status);
                statement.setInt(8, filter.limit());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        tickets.add(ticket(row));
                    }
                }
            }
            return tickets;
        });
    }

    /**
     * A chain of tickets.
     *
     * @param tickets in their order
     */
    public record Chain(UUID chainId, String subjectType, String subjectId, List<Ticket> tickets) {
        public Chain {
            tickets = List.copyOf(tickets);
        }
    }

    /** The chains of a subject whose tickets are still kept, in the order in which they began; of many the latest. */
    public List<Chain> chainsOfSubject(String subjectId) {
        // Index ticket_history_of_subject.
        return chains("t.subject_id = ?", statement -> statement.setString(1, subjectId));
    }

    /** The chain of a ticket; nothing if there is no such ticket. */
    public List<Chain> chainOfTicket(long ticketId) {
        // Indexes ticket_history_ticket and ticket_history_of_subject: a chain is one subject's.
        return chains("""
                (t.subject_id, t.chain_id) IN (SELECT subject_id, chain_id FROM turing.tickets WHERE ticket_id = ?)""", statement -> statement.setLong(1, ticketId));
    }

    private interface Parameters {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private List<Chain> chains(String which, Parameters parameters) {
        List<Ticket> tickets = database.transaction(connection -> {
            List<Ticket> found = new ArrayList<>();
            try (PreparedStatement statement =
                    connection.prepareStatement(database.inSchema("""
                    SELECT * FROM (SELECT t.*, coalesce(n.task_type_name, CAST(t.task_type_id AS text)) AS task_type
                                     FROM turing.tickets t LEFT JOIN turing.task_types n USING (task_type_id)
                                    WHERE %s ORDER BY t.ticket_id DESC LIMIT %d) latest
                     ORDER BY ticket_id""".formatted(which, LONGEST_TRACE)))) {
                parameters.bind(statement);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        found.add(ticket(row));
                    }
                }
            }
            return found;
        });
        Map<List<Object>, List<Ticket>> chains = new LinkedHashMap<>();
        for (Ticket ticket : tickets) {
            chains.computeIfAbsent(List.of(ticket.chainId(), ticket.subjectType()), any -> new ArrayList<>())
                    .add(ticket);
        }
        return chains.values().stream()
                .map(chain -> {
                    Ticket first = chain.get(0);
                    return new Chain(first.chainId(), first.subjectType(), first.subjectId(), chain);
                })
                .toList();
    }

    /** How many tickets each task type has in each status, among those that are kept. */
    public List<Count> counts() {
        return database.transaction(connection -> {
            List<Count> counts = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(database.inSchema("""
                            SELECT task_type_id, coalesce(n.task_type_name, CAST(task_type_id AS text)), t.status, t.n
                              FROM (SELECT task_type_id, status, count(*) AS n FROM turing.tickets GROUP BY 1, 2) t
                              LEFT JOIN turing.task_types n USING (task_type_id)
                             ORDER BY 2, 3"""))) {
                while (row.next()) {
                    counts.add(new Count(
                            row.getLong(1),
                            row.getString(2),
                            TicketStatus.ofSqlName(row.getString(3)),
                            row.getLong(4)));
                }
            }
            return counts;
        });
    }

    private static Ticket ticket(ResultSet row) throws SQLException {
        Instant claimedAt = instant(row, "claimed_at");
        return new Ticket(
                row.getLong("ticket_id"),
                row.getLong("task_type_id"),
                row.getString("task_type"),
                row.getString("subject_type"),
                row.getString("subject_id"),
                TicketStatus.ofSqlName(row.getString("status")),
                row.getInt("attempt"),
                row.getObject("chain_id", UUID.class),
                row.getInt("chain_depth"),
                row.getString("model"),
                row.getString("host"),
                row.getString("gpu"),
                claimedAt == null ? Instant.EPOCH : claimedAt,
                instant(row, "started_at"),
                instant(row, "finished_at"),
                row.getString("input"),
                row.getString("output"),
                row.getString("error"),
                row.getObject("exit_code", Integer.class),
                row.getString("stdout"),
                row.getString("stderr"),
                row.getString("warning"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
