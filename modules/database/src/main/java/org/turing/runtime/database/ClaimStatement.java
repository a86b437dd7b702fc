package org.turing.runtime.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;

/**
 * Makes claims. Two statements, each with a snapshot of its own: the first inserts what looks free, and what is claimed
 * already falls to the unique constraint; the second takes back what another claimant finished between the first one's
 * snapshot and its unique check (that claimant's claim was gone, its outcome not yet seen), and what has left a
 * declared inbox. Both, and the commit, are one round trip.
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

    /**
     * Indexes: claims_one_per_subject, claims_one_alone, memory's primary key, memory_of_subject; never all that is
     * remembered. What a guard refuses gets a ticket that says so and is set aside, unless another outcome was written
     * meanwhile. Of those that a runtime may claim only one at a time, the unique index lets one through.
     *
     * <p>Two rows are locked until the transaction ends, each in its latest version whatever the statement's snapshot
     * shows, before anything is inserted: the gate's, so that a new epoch waits for this claim or this claim sees it;
     * and each runtime's, so that draining does. The latter's lock leaves renewals alone.
     */
    private static final String INSERT = """
            WITH gate AS MATERIALIZED (
                SELECT epoch FROM turing.gates WHERE model = ? AND epoch = ? FOR SHARE
            ), lease AS MATERIALIZED (
                SELECT runtime_id FROM turing.runtimes
                 WHERE runtime_id = ANY (CAST(? AS bigint[]))
                   AND ended_at IS NULL AND NOT draining AND lease_until > clock_timestamp()
                 ORDER BY runtime_id FOR KEY SHARE
            ), looked_at AS MATERIALIZED (
                SELECT c.subject_type, c.subject_id, c.fields, c.runtime_id,
                       coalesce(m.interruptions, 0) AS interruptions,
                       coalesce(m.visits, 0) AS visits,
                       CASE WHEN m.state = 'backing_off' THEN m.attempt + 1 ELSE 1 END AS attempt,
                       CASE o.chain WHEN 'own' THEN m.chain_id WHEN 'inherited' THEN p.completed_chain_id
                                    ELSE gen_random_uuid() END AS chain_id,
                       CASE o.chain WHEN 'own' THEN m.chain_depth WHEN 'inherited' THEN p.completed_chain_depth + 1
                                    ELSE 0 END AS chain_depth,
                       m.state = 'left' AND NOT m.new_chain AND m.visits >= ?
                           AND m.completed_chain_id = p.completed_chain_id
                           AND m.visiting_since > clock_timestamp() - interval '10 minutes' AS circles
                  FROM unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS bigint[]))
                       AS c (subject_type, subject_id, fields, runtime_id)
                  JOIN lease USING (runtime_id)
                  LEFT JOIN LATERAL (SELECT * FROM turing.memory
                                      WHERE task_type_id = ? AND subject_id = c.subject_id OFFSET 0) m ON true
                  LEFT JOIN LATERAL (SELECT task_type_id, completed_ticket_id, completed_chain_id,
                                            completed_chain_depth FROM turing.memory
                                      WHERE subject_id = c.subject_id AND subject_type = c.subject_type
                                        AND completed_ticket_id IS NOT NULL
                                      ORDER BY completed_ticket_id DESC LIMIT 1) p ON true
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN m.new_chain THEN 'new'
                                   WHEN m.state = 'backing_off'
                                        OR m.interruptions > 0 AND m.ticket_id > coalesce(p.completed_ticket_id, 0)
                                   THEN 'own'
                                   -- a row that this task type alone comes back to now and then goes in no circle
                                   WHEN p.task_type_id = m.task_type_id
                                        AND m.visiting_since <= clock_timestamp() - interval '10 minutes'
                                   THEN 'new'
                                   WHEN p.completed_ticket_id IS NOT NULL THEN 'inherited'
                                   ELSE 'new' END AS chain) o
                 WHERE (? OR EXISTS (SELECT FROM gate))
                   AND (? OR\s""" + FREE + """
                   )
            ), judged AS MATERIALIZED (
                SELECT nextval('turing.ticket_ids') AS ticket_id, l.*,
                       CASE WHEN ? THEN NULL
                            WHEN interruptions >= ? THEN format(
                                 'its runtime ended %s times in a row while it was claimed'
                                 ' (%s): does it bring the runtime down?',
                                 interruptions, CAST(? AS text))
                            WHEN circles THEN format(
                                 'it visited this task type %s times in one chain within ten minutes, and no more'
                                 ' are allowed: does it go round in a circle?', visits)
                            WHEN chain_depth > ? THEN format(
                                 'its chain is %s tickets deep (%s): does it go round in a'
                                 ' circle?', chain_depth, CAST(? AS text)) END AS refusal
                  FROM (SELECT * FROM looked_at ORDER BY subject_id) l
            ), set_aside AS (
                INSERT INTO turing.memory AS m
                       (task_type_id, subject_id, subject_type, state, attempt, outcome_xid, ticket_id, chain_id,
                        chain_depth, visiting_since, reason)
                SELECT ?, subject_id, subject_type, 'set_aside', attempt - 1, pg_current_xact_id(), ticket_id, chain_id,
                       chain_depth, clock_timestamp(), format('%s Free it: turing retry %s', refusal, ticket_id)
                  FROM judged
                 WHERE refusal IS NOT NULL
                   AND (SELECT 1 FROM turing.claims h
                         WHERE h.task_type_id = ? AND h.subject_id = judged.subject_id) IS NULL
                ON CONFLICT (task_type_id, subject_id) DO UPDATE
                   SET (state, attempt, not_before, outcome_xid, ticket_id, chain_id, chain_depth, reason)
                     = (excluded.state, excluded.attempt, NULL, excluded.outcome_xid, excluded.ticket_id,
                        excluded.chain_id, excluded.chain_depth, excluded.reason)
                 WHERE""" + " " + SEEN + """
                   AND NOT m.new_chain -- somebody said retry since
                RETURNING ticket_id, reason
            ), told AS (
                INSERT INTO turing.ticket_history
                       (ticket_id, task_type_id, subject_type, subject_id, status, attempt, fence, chain_id,
                        chain_depth, model, runtime_id, claimed_at, recorded_at, input, error)
                SELECT ticket_id, ?, subject_type, subject_id, 'cancelled', attempt, ticket_id, chain_id,
                       chain_depth, ?, runtime_id, clock_timestamp(), clock_timestamp(), CAST(fields AS json),
                       'set aside: ' || reason
                  FROM judged JOIN set_aside USING (ticket_id)
            )
            INSERT INTO turing.claims (ticket_id, task_type_id, subject_type, subject_id, fence, attempt, chain_id,
                                       chain_depth, model, runtime_id, claimed_at, by_hand, input, alone)
            SELECT ticket_id, ?, subject_type, subject_id, ticket_id, attempt, chain_id, chain_depth, ?, runtime_id,
                   clock_timestamp(), ?, CAST(fields AS json), NOT ? AND interruptions >= ?
              FROM judged WHERE refusal IS NULL
            ON CONFLICT DO NOTHING
            RETURNING ticket_id, fence, subject_id, attempt, chain_id, chain_depth, runtime_id""";

    /** Of what this transaction has inserted; indexes: claims_one_per_subject, memory's primary key. */
    private static final String TAKE_BACK = """
            ;
            DELETE FROM turing.claims c
             WHERE c.task_type_id = ? AND c.subject_id = ANY (CAST(? AS text[]))
               AND c.xmin = CAST(pg_current_xact_id() AS xid)
               AND ((SELECT 1 FROM turing.memory m
                      WHERE m.task_type_id = c.task_type_id AND m.subject_id = c.subject_id
                        AND NOT\s""" + FREE + ") IS NOT NULL";

    private static final String TAKEN_BACK = ")\nRETURNING c.ticket_id; COMMIT";

    private final Database database;
    private final TaskType taskType;
    private final String snapshot;
    private final @Nullable GateEpoch epoch;
    private final boolean byHand;
    private final @Nullable String inbox;
    private final Guards guards;

    /**
     * @param snapshot the snapshot of the reading that found the candidates; without meaning for a claim by hand
     * @param epoch the incarnation of the gate that granted the slots, or null
     * @param byHand whether a person asks for it, whatever is remembered
     * @param inbox SQL that is true of a claim {@code c} whose subject is in the inbox still; null if that is not asked
     * @param guards when subjects are set aside instead
     */
    ClaimStatement(
            Database database,
            TaskType taskType,
            String snapshot,
            @Nullable GateEpoch epoch,
            boolean byHand,
            @Nullable String inbox,
            Guards guards) {
        this.database = database;
        this.taskType = taskType;
        this.snapshot = snapshot;
        this.epoch = epoch;
        this.byHand = byHand;
        this.inbox = inbox;
        this.guards = guards;
    }

    /** Makes the claims that can be made, in the order of the placements, and commits them. */
    List<Claim> run(Connection connection, List<Placement> placements) throws SQLException {
        Map<String, Candidate> byId = new HashMap<>();
        placements.forEach(placement -> byId.put(placement.candidate().subject().id(), placement.candidate()));
        Map<Long, Claim> claims = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql())) {
            bind(connection, statement, placements);
            statement.execute();
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    Candidate candidate = byId.get(row.getString(3));
                    claims.put(row.getLong(1), claim(row, candidate));
                }
            }
            if (statement.getMoreResults()) {
                try (ResultSet row = statement.getResultSet()) {
                    while (row.next()) {
                        claims.remove(row.getLong(1));
                    }
                }
            }
        }
        Map<String, Claim> bySubject = new HashMap<>();
        claims.values().forEach(claim -> bySubject.put(claim.subject().id(), claim));
        return placements.stream()
                .map(placement -> bySubject.get(placement.candidate().subject().id()))
                .filter(Objects::nonNull)
                .toList();
    }

    private String sql() {
        if (byHand) {
            return database.inSchema(INSERT);
        }
        String left = inbox == null ? "" : "\nOR NOT (" + inbox + ")";
        return database.inSchema(INSERT + TAKE_BACK) + left + TAKEN_BACK;
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
                row.getLong(7),
                candidate.fields());
    }

    private void bind(Connection connection, PreparedStatement statement, List<Placement> placements)
            throws SQLException {
        List<Candidate> candidates =
                placements.stream().map(Placement::candidate).toList();
        List<Subject> subjects = candidates.stream().map(Candidate::subject).toList();
        Array ids = texts(connection, subjects.stream().map(Subject::id));
        Array runtimes = connection.createArrayOf(
                "bigint", placements.stream().map(Placement::runtimeId).toArray(Long[]::new));
        int at = 1;
        statement.setString(at++, epoch == null ? null : epoch.model());
        statement.setLong(at++, epoch == null ? 0 : epoch.epoch());
        statement.setArray(at++, runtimes);
        statement.setInt(at++, MOST_VISITS);
        statement.setArray(at++, texts(connection, subjects.stream().map(Subject::type)));
        statement.setArray(at++, ids);
        statement.setArray(at++, texts(connection, candidates.stream().map(Candidate::fields)));
        statement.setArray(at++, runtimes);
        statement.setLong(at++, taskType.id());
        statement.setBoolean(at++, epoch == null);
        statement.setBoolean(at++, byHand);
        statement.setString(at++, snapshot);
        statement.setBoolean(at++, byHand);
        statement.setInt(at++, guards.mostInterruptions());
        statement.setString(at++, "turing.work.most-interruptions = " + guards.mostInterruptions());
        statement.setInt(at++, guards.deepestChain());
        statement.setString(at++, "turing.work.deepest-chain = " + guards.deepestChain());
        statement.setLong(at++, taskType.id());
        statement.setLong(at++, taskType.id());
        statement.setString(at++, snapshot);
        for (int table = 0; table < 2; table++) { // the tickets of what is set aside, and the claims
            statement.setLong(at++, taskType.id());
            statement.setString(at++, taskType.requiresModel());
        }
        statement.setBoolean(at++, byHand);
        statement.setBoolean(at++, byHand);
        statement.setInt(at++, Guards.ALONE_AFTER);
        if (!byHand) {
            statement.setLong(at++, taskType.id());
            statement.setArray(at++, ids);
            statement.setString(at, snapshot);
        }
    }

    private static Array texts(Connection connection, Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray(String[]::new));
    }
}
