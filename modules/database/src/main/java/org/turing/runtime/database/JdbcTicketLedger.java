package org.turing.runtime.database;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.LeaseLapsed;
import org.turing.runtime.ports.TicketLedger;

/** The ledger in PostgreSQL: {@code claims}, {@code ticket_history} and {@code memory}. */
public final class JdbcTicketLedger implements TicketLedger {

    private final Database database;
    private final JdbcRuntimeLease lease;
    private final DeclaredMoves moves = new DeclaredMoves();
    private final Settlement settlement;
    private final HistoryPartitions partitions;
    private final Guards guards;

    /**
     * @param lease whose identity rescues leave alone
     * @param inboxes asked when finished subjects are settled
     * @param retention how long ended tickets are kept; at least a day
     * @param guards when subjects are set aside instead of being claimed
     */
    public JdbcTicketLedger(
            Database database, JdbcRuntimeLease lease, Inboxes inboxes, Duration retention, Guards guards) {
        this.database = database;
        this.guards = guards;
        this.lease = lease;
        this.settlement = new Settlement(database, inboxes);
        this.partitions = new HistoryPartitions(database, retention);
    }

    @Override
    public List<Claim> claim(TaskType taskType, List<Placement> placements, String snapshot, @Nullable GateEpoch epoch)
            throws LeaseLapsed, EpochPassed {
        if (placements.isEmpty()) {
            return List.of();
        }
        List<Claim> made = claimed(taskType, connection -> {
            String inbox = inDeclaredInbox(connection, taskType);
            return new ClaimStatement(database, taskType, snapshot, epoch, false, inbox, guards)
                    .run(connection, placements);
        });
        if (made.isEmpty()) {
            Set<Long> runtimeIds = placements.stream().map(Placement::runtimeId).collect(Collectors.toSet());
            rights(runtimeIds, epoch).check(runtimeIds, epoch);
        }
        return made;
    }

    private ClaimRights rights(Set<Long> runtimeIds, @Nullable GateEpoch epoch) {
        return database.transaction(connection -> ClaimRights.of(database, connection, runtimeIds, epoch));
    }

    @Override
    public @Nullable Claim claimByHand(TaskType taskType, Candidate candidate, long runtimeId) throws LeaseLapsed {
        List<Placement> placements = List.of(new Placement(candidate, runtimeId));
        ClaimStatement statement =
                new ClaimStatement(database, taskType, JdbcInboxes.EMPTY_SNAPSHOT, null, true, null, guards);
        List<Claim> made = claimed(taskType, connection -> statement.run(connection, placements));
        if (made.isEmpty()) {
            Set<Long> runtimeIds = Set.of(runtimeId);
            rights(runtimeIds, null).checkLease(runtimeIds);
            return null;
        }
        return made.get(0);
    }

    /** Once more if it fails and users' columns are in it: they may have changed since they were looked up. */
    private List<Claim> claimed(TaskType taskType, Database.Work<List<Claim>> work) {
        try {
            return database.attempt(work);
        } catch (SQLException e) {
            moves.forget();
            boolean locked = SqlFaults.isLock(e) || SqlFaults.isTimeout(e);
            if (locked || taskType.declaredInbox() == null) {
                throw SqlFaults.unchecked(e);
            }
            return database.transaction(work);
        }
    }

    /** SQL that is true of a claim {@code c} whose subject is in the declared inbox; null if none is declared. */
    private @Nullable String inDeclaredInbox(Connection connection, TaskType taskType) throws SQLException {
        DeclaredInbox inbox = taskType.declaredInbox();
        if (inbox == null) {
            return null;
        }
        try {
            return moves.table(connection, taskType, inbox).condition("c.subject_id", inbox.inboxStatus());
        } catch (InboxFault e) {
            return "false"; // the table is gone: the next look at the inbox says so
        }
    }

    @Override
    public List<Verdict> record(List<Entry> entries) {
        return entries.isEmpty()
                ? List.of()
                : OutcomeRecorder.brisk(database, moves).record(entries);
    }

    @Override
    public List<Verdict> recordPatiently(List<Entry> entries) {
        return entries.isEmpty()
                ? List.of()
                : OutcomeRecorder.patient(database, moves).record(entries);
    }

    @Override
    public void giveBack(Collection<Claim> claims) {
        database.transaction(connection -> giveBack(connection, claims));
    }

    private int giveBack(Connection connection, Collection<Claim> claims) throws SQLException {
        if (claims.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                DELETE FROM turing.claims c
                 USING unnest(CAST(? AS bigint[]), CAST(? AS bigint[])) AS b (ticket_id, fence)
                 WHERE c.ticket_id = b.ticket_id AND c.fence = b.fence"""))) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint", claims.stream().map(Claim::ticketId).toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", claims.stream().map(Claim::fence).toArray()));
            return statement.executeUpdate();
        }
    }

    @Override
    public int giveBackAllBut(long taskTypeId, Set<Long> runtimeIds, Set<Long> ticketIds) {
        return database.transaction(connection -> {
            Array runtimes = connection.createArrayOf("bigint", runtimeIds.toArray());
            awaitClaimsUnderWay(connection, runtimes);
            // Index claims_of_runtime.
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    DELETE FROM turing.claims
                     WHERE runtime_id = ANY (CAST(? AS bigint[])) AND task_type_id = ?
                       AND ticket_id <> ALL (CAST(? AS bigint[]))"""))) {
                statement.setArray(1, runtimes);
                statement.setLong(2, taskTypeId);
                statement.setArray(3, connection.createArrayOf("bigint", ticketIds.toArray()));
                return statement.executeUpdate();
            }
        });
    }

    /**
     * A claim locks the rows of its runtimes, in the same order: one whose claimer is gone may not be committed yet.
     */
    private void awaitClaimsUnderWay(Connection connection, Array runtimes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                SELECT FROM turing.runtimes WHERE runtime_id = ANY (CAST(? AS bigint[]))
                 ORDER BY runtime_id FOR UPDATE"""))) {
            statement.setArray(1, runtimes);
            statement.execute();
        }
    }

    @Override
    public int giveBackUnstarted(long runtimeId, Set<Long> ticketIds) {
        return database.transaction(connection -> {
            // Index claims_of_runtime.
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    DELETE FROM turing.claims
                     WHERE runtime_id = ? AND ticket_id <> ALL (CAST(? AS bigint[]))"""))) {
                statement.setLong(1, runtimeId);
                statement.setArray(2, connection.createArrayOf("bigint", ticketIds.toArray()));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public Standing settle(TaskType taskType, InboxShape shape) throws InboxFault {
        return settlement.settle(taskType, shape);
    }

    @Override
    public RunTimeout.Times runTimes(long taskTypeId) {
        return RunTimes.of(database, taskTypeId);
    }

    @Override
    public Rescued rescue() {
        return Rescue.rescue(database, lease.runtimeId());
    }

    @Override
    public Survey survey() {
        return LedgerSurvey.of(database, LedgerSurvey.MOST);
    }

    @Override
    public void housekeep() {
        partitions.housekeep();
    }
}
