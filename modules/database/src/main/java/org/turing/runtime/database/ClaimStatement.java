package org.turing.runtime.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;

/**
 * Makes claims. Two statements, each with a snapshot of its own: the first inserts what looks free, the second takes
 * back what another claimant finished between the first one's snapshot and its unique check (that claimant's claim was
 * gone, its outcome not yet seen).
 */
final class ClaimStatement {

    /** A subject that completed a task type so often in one chain within ten minutes goes round in circles. */
    static final int MOST_VISITS = 3;

    /** Written where a reading that does not show the outcome is refused; an id beyond this server's is another's. */
    private static final String SEEN = """
            (pg_visible_in_snapshot(m.outcome_xid, CAST(? AS pg_snapshot))
             OR m.outcome_xid >= pg_snapshot_xmax(pg_current_snapshot()))""";

    private static final String FREE = """
            (m.state IS NULL
             OR (m.state = 'left' OR (m.state = 'backing_off' AND m.not_before <= clock_timestamp()))
                AND\s""" + SEEN + ")";

    /** Indexes: claims_one_per_subject, memory's primary key, memory_of_subject; never all that is remembered. */
    private static final String INSERT = """
            WITH lease AS (
                SELECT FROM turing.runtimes
                 WHERE runtime_id = ? AND ended_at IS NULL AND lease_until > clock_timestamp()
            ), looked_at AS MATERIALIZED (
                SELECT c.subject_type, c.subject_id, c.fields,
                       CASE WHEN m.state = 'backing_off' THEN m.attempt + 1 ELSE 1 END AS attempt,
                       CASE WHEN m.new_chain THEN NULL
                            WHEN m.state = 'backing_off' THEN m.chain_id
                            ELSE p.completed_chain_id END AS chain_id,
                       CASE WHEN m.new_chain THEN 0
                            WHEN m.state = 'backing_off' THEN m.chain_depth
                            ELSE coalesce(p.completed_chain_depth + 1, 0) END AS chain_depth,
                       m.state = 'left' AND NOT m.new_chain AND m.visits >= ? AND NOT ?
                           AND m.completed_chain_id = p.completed_chain_id
                           AND m.visiting_since > clock_timestamp() - interval '10 minutes' AS circles
                  FROM lease, unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]))
                              AS c (subject_type, subject_id, fields)
                  LEFT JOIN LATERAL (SELECT * FROM turing.memory
                                      WHERE task_type_id = ? AND subject_id = c.subject_id OFFSET 0) m ON true
                  LEFT JOIN LATERAL (SELECT completed_chain_id, completed_chain_depth FROM turing.memory
                                      WHERE subject_id = c.subject_id AND subject_type = c.subject_type
                                        AND completed_ticket_id IS NOT NULL
                                      ORDER BY completed_ticket_id DESC LIMIT 1) p ON true
                 WHERE (SELECT 1 FROM turing.claims h
                         WHERE h.task_type_id = ? AND h.subject_id = c.subject_id) IS NULL
                   AND (? OR\s""" + FREE + """
                   )
            ), set_aside AS (
                UPDATE turing.memory m
                   SET state = 'set_aside', reason = 'visited this task type ' || m.visits || ' times in one chain '
                                                     'within ten minutes; free it with retry'
                  FROM looked_at l
                 WHERE l.circles AND m.task_type_id = ? AND m.subject_id = l.subject_id
            )
            INSERT INTO turing.claims (ticket_id, task_type_id, subject_type, subject_id, fence, attempt, chain_id,
                                       chain_depth, model, runtime_id, claimed_at, by_hand, input)
            SELECT ticket_id, ?, subject_type, subject_id, ticket_id, attempt, coalesce(chain_id, gen_random_uuid()),
                   chain_depth, ?, ?, clock_timestamp(), ?, CAST(fields AS json)
              FROM (SELECT nextval('turing.ticket_ids') AS ticket_id, l.*
                      FROM (SELECT * FROM looked_at WHERE circles IS NOT TRUE ORDER BY subject_id) l) numbered
            ON CONFLICT DO NOTHING
            RETURNING ticket_id, fence, subject_id, attempt, chain_id, chain_depth""";

    private static final String TAKE_BACK = """
            DELETE FROM turing.claims c USING turing.memory m
             WHERE c.ticket_id = ANY (CAST(? AS bigint[]))
               AND m.task_type_id = c.task_type_id AND m.subject_id = c.subject_id
               AND NOT\s""" + FREE + "\nRETURNING c.ticket_id";

    private final Database database;
    private final TaskType taskType;
    private final long runtimeId;
    private final String snapshot;
    private final boolean byHand;

    /**
     * @param snapshot the snapshot of the reading that found the candidates; without meaning for a claim by hand
     * @param byHand whether a person asks for it, whatever is remembered
     */
    ClaimStatement(Database database, TaskType taskType, long runtimeId, String snapshot, boolean byHand) {
        this.database = database;
        this.taskType = taskType;
        this.runtimeId = runtimeId;
        this.snapshot = snapshot;
        this.byHand = byHand;
    }

    /** Makes the claims that can be made, in the order of the candidates. */
    List<Claim> run(Connection connection, List<Candidate> candidates) throws SQLException {
        Map<String, Claim> claims = insert(connection, candidates);
        if (!claims.isEmpty() && !byHand) {
            claims.values().removeAll(takenBack(connection, claims));
        }
        return candidates.stream()
                .map(candidate -> claims.get(candidate.subject().id()))
                .filter(claim -> claim != null)
                .toList();
    }

    private Map<String, Claim> insert(Connection connection, List<Candidate> candidates) throws SQLException {
        Map<String, Candidate> byId = new HashMap<>();
        candidates.forEach(candidate -> byId.put(candidate.subject().id(), candidate));
        Map<String, Claim> claims = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema(INSERT))) {
            bind(connection, statement, candidates);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Candidate candidate = byId.get(row.getString(3));
                    claims.put(row.getString(3), claim(row, candidate));
                }
            }
        }
        return claims;
    }

    private Claim claim(ResultSet row, Candidate candidate) throws SQLException {
        return new Claim(
                row.getLong(1),
                row.getLong(2),
                taskType.id(),
                candidate.subject(),
                row.getInt(4),
                new Chain(row.getObject(5, UUID.class), row.getInt(6)),
                taskType.requiresModel(),
                candidate.fields());
    }

    private void bind(Connection connection, PreparedStatement statement, List<Candidate> candidates)
            throws SQLException {
        List<Subject> subjects = candidates.stream().map(Candidate::subject).toList();
        int at = 1;
        statement.setLong(at++, runtimeId);
        statement.setInt(at++, MOST_VISITS);
        statement.setBoolean(at++, byHand);
        statement.setArray(
                at++, texts(connection, subjects.stream().map(Subject::type).toList()));
        statement.setArray(
                at++, texts(connection, subjects.stream().map(Subject::id).toList()));
        statement.setArray(
                at++,
                texts(connection, candidates.stream().map(Candidate::fields).toList()));
        statement.setLong(at++, taskType.id());
        statement.setLong(at++, taskType.id());
        statement.setBoolean(at++, byHand);
        statement.setString(at++, snapshot);
        statement.setLong(at++, taskType.id());
        statement.setLong(at++, taskType.id());
        statement.setString(at++, taskType.requiresModel());
        statement.setLong(at++, runtimeId);
        statement.setBoolean(at, byHand);
    }

    private List<Claim> takenBack(Connection connection, Map<String, Claim> claims) throws SQLException {
        Map<Long, Claim> byTicket = new HashMap<>();
        claims.values().forEach(claim -> byTicket.put(claim.ticketId(), claim));
        List<Claim> takenBack = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema(TAKE_BACK))) {
            statement.setArray(
                    1, connection.createArrayOf("bigint", byTicket.keySet().toArray()));
            statement.setString(2, snapshot);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    takenBack.add(byTicket.get(row.getLong(1)));
                }
            }
        }
        return takenBack;
    }

    private static Array texts(Connection connection, List<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }
}
