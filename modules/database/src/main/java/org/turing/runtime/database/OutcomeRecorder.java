package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.DeclaredMoves.Moved;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.TicketLedger.Entry;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.TicketLedger.Verdict.Delayed;

/**
 * Writes outcomes: statuses moved, history, memory and the end of the claims commit together for the whole group. If
 * the database refuses something in it (a user's trigger or constraint, JSON that it can't store), each entry is
 * written in a transaction of its own, and what was refused becomes a failed attempt that says so.
 */
final class OutcomeRecorder {

    /** What users' triggers may take where everybody's outcomes wait for it. */
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final Database database;
    private final DeclaredMoves moves;
    private final EarlierOutcomes earlier;
    private final Duration patience;

    private OutcomeRecorder(Database database, DeclaredMoves moves, Duration patience) {
        this.database = database;
        this.moves = moves;
        this.earlier = new EarlierOutcomes(database, moves);
        this.patience = patience;
    }

    /** For outcomes of many task types, none of which is to keep the others waiting. */
    static OutcomeRecorder brisk(Database database, DeclaredMoves moves) {
        Duration usual = database.settings().ledgerTimeout();
        return new OutcomeRecorder(database, moves, usual.compareTo(A_WHILE) < 0 ? usual : A_WHILE);
    }

    /** For outcomes of one task type, whose triggers may take as long as any statement. */
    static OutcomeRecorder patient(Database database, DeclaredMoves moves) {
        return new OutcomeRecorder(database, moves, database.settings().ledgerTimeout());
    }

    /** One verdict per entry, in the same order. */
    List<Verdict> record(List<Entry> entries) {
        try {
            return recorded(entries);
        } catch (SQLException e) {
            moves.forget();
            Map<Long, Delayed> hindered = new HashMap<>();
            return entries.stream().map(entry -> recordAlone(entry, hindered)).toList();
        }
    }

    /**
     * @param hindered what became of the first entry of each task type for which a lock or a user's trigger was waited
     *     for in vain: as long a wait for each of the others would keep everybody's outcomes from being written
     */
    private Verdict recordAlone(Entry entry, Map<Long, Delayed> hindered) {
        Delayed first = hindered.get(entry.taskType().id());
        if (first != null) {
            return new Delayed(entry.run().claim().ticketId(), first.reason(), first.slow());
        }
        Verdict verdict = attempted(entry);
        if (verdict instanceof Delayed delayed) {
            hindered.put(entry.taskType().id(), delayed);
        }
        return verdict;
    }

    private Verdict attempted(Entry entry) {
        try {
            return recorded(List.of(entry)).get(0);
        } catch (SQLException refused) {
            if (SqlFaults.isLock(refused) || SqlFaults.isTimeout(refused)) {
                return givenUp(entry.run().claim().ticketId(), refused);
            }
            try {
                String error = "the database refused to record the outcome: " + SqlFaults.message(refused);
                Entry failed = new Entry(entry.taskType(), failed(entry.run(), error, null));
                return recorded(List.of(failed)).get(0);
            } catch (SQLException e) {
                e.addSuppressed(refused);
                throw SqlFaults.unchecked(e);
            }
        }
    }

    /** The same run, whose outcome can't be had as it is. */
    private static FinishedRun failed(FinishedRun run, String error, @Nullable String output) {
        Outcome outcome = new Outcome.Failed(error, true, output);
        return run.with(outcome);
    }

    private static Verdict delayed(long ticketId) {
        return new Delayed(
                ticketId, "the subject's row, its table or its claim is locked by another transaction", false);
    }

    private static Verdict givenUp(long ticketId, SQLException hindered) {
        return new Delayed(
                ticketId, "its statement was given up: " + SqlFaults.message(hindered), SqlFaults.isTimeout(hindered));
    }

    private List<Verdict> recorded(List<Entry> entries) throws SQLException {
        Map<Long, Verdict> verdicts = new HashMap<>();
        database.attempt(connection -> {
            Locked locked = lock(connection, entries);
            List<Decision> decisions = new ArrayList<>();
            List<Entry> gone = new ArrayList<>();
            Set<Long> seen = new HashSet<>();
            for (Entry entry : entries) {
                Claim claim = entry.run().claim();
                if (!seen.add(claim.ticketId())) {
                    continue;
                }
                if (locked.ours().contains(claim.ticketId())) {
                    double random = ThreadLocalRandom.current().nextDouble();
                    decisions.add(Decision.of(entry.taskType(), entry.run(), locked.now(), random));
                } else if (locked.held().contains(claim.ticketId())) {
                    verdicts.put(claim.ticketId(), delayed(claim.ticketId()));
                } else {
                    verdicts.put(claim.ticketId(), new Verdict.Stale(claim.ticketId()));
                    gone.add(entry);
                }
            }
            verdicts.putAll(earlier.among(connection, gone));
            List<Decision> settled = moved(connection, decisions, locked.now(), verdicts);
            if (!settled.isEmpty()) {
                if (locked.alone()) {
                    wakeInterrupted(connection);
                }
                OutcomeStatement.writeAndCommit(database, connection, settled, locked.now());
                settled.forEach(decision -> verdicts.put(decision.ticketId(), decision.verdict()));
            }
            return null;
        });
        return entries.stream()
                .map(entry -> verdicts.get(entry.run().claim().ticketId()))
                .toList();
    }

    /**
     * @param now the database's time
     * @param ours tickets whose claims stand and are locked for us
     * @param held tickets whose claims stand and are locked by somebody else: their scripts hold them, or a rescue or
     *     an earlier attempt to record them is just being committed
     * @param alone whether one of ours kept other interrupted subjects waiting
     */
    private record Locked(Instant now, Set<Long> ours, Set<Long> held, boolean alone) {}

    /**
     * Locks the claims that still stand. A ticket's number and its fence are unique for ever, and who rescues a claim
     * deletes it: whichever identity it was made under, a claim that stands is the writer's. So what was kept through
     * an outage is written as long as nobody rescued it.
     */
    private Locked lock(Connection connection, List<Entry> entries) throws SQLException {
        Map<Long, Long> fences = new HashMap<>();
        entries.forEach(entry ->
                fences.put(entry.run().claim().ticketId(), entry.run().claim().fence()));
        Set<Long> ours = new HashSet<>();
        Instant now = Instant.EPOCH;
        boolean alone = false;
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                SELECT ticket_id, fence, alone, clock_timestamp() FROM turing.claims
                 WHERE ticket_id = ANY (CAST(? AS bigint[])) ORDER BY ticket_id FOR UPDATE SKIP LOCKED"""))) {
            statement.setArray(
                    1, connection.createArrayOf("bigint", fences.keySet().toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (fences.get(row.getLong(1)) == row.getLong(2)) {
                        ours.add(row.getLong(1));
                        alone |= row.getBoolean(3);
                        now = row.getObject(4, OffsetDateTime.class).toInstant();
                    }
                }
            }
        }
        fences.keySet().removeAll(ours);
        return new Locked(now, ours, standing(connection, fences), alone);
    }

    /** Which of these claims stand: whoever holds their locks has not ended them, or not yet. */
    private Set<Long> standing(Connection connection, Map<Long, Long> fences) throws SQLException {
        Set<Long> standing = new HashSet<>();
        if (fences.isEmpty()) {
            return standing;
        }
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema(
                "SELECT ticket_id, fence FROM turing.claims WHERE ticket_id = ANY (CAST(? AS bigint[]))"))) {
            statement.setArray(
                    1, connection.createArrayOf("bigint", fences.keySet().toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    if (fences.get(row.getLong(1)) == row.getLong(2)) {
                        standing.add(row.getLong(1));
                    }
                }
            }
        }
        return standing;
    }

    /** The next one of the subjects that were interrupted repeatedly may be claimed. */
    private void wakeInterrupted(Connection connection) throws SQLException {
        Set<Long> taskTypes = new HashSet<>();
        // Index memory_interrupted.
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                SELECT DISTINCT task_type_id FROM turing.memory WHERE interruptions > 0 AND interruptions >= ?"""))) {
            statement.setInt(1, Guards.ALONE_AFTER);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    taskTypes.add(row.getLong(1));
                }
            }
        }
        Wake.taskTypes(connection, taskTypes);
    }

    /** A task type's subjects that go to one status. */
    private record Group(TaskType taskType, DeclaredInbox inbox, String target) {}

    private List<Decision> moved(
            Connection connection, List<Decision> decisions, Instant now, Map<Long, Verdict> verdicts)
            throws SQLException {
        List<Decision> settled = new ArrayList<>();
        Map<Group, List<Decision>> groups = new LinkedHashMap<>();
        for (Decision decision : decisions) {
            DeclaredInbox inbox = decision.taskType().declaredInbox();
            if (decision.target() == null || inbox == null) {
                settled.add(decision);
            } else {
                Group group = new Group(decision.taskType(), inbox, decision.target());
                groups.computeIfAbsent(group, any -> new ArrayList<>()).add(decision);
            }
        }
        Map<Long, SQLException> hindrances = new HashMap<>();
        for (Map.Entry<Group, List<Decision>> group : groups.entrySet()) {
            SQLException known = hindrances.get(group.getKey().taskType().id());
            try {
                if (known != null) {
                    throw known;
                }
                settled.addAll(move(connection, group.getKey(), group.getValue(), now, verdicts));
            } catch (SQLException hindered) {
                if (!SqlFaults.isLock(hindered) && !SqlFaults.isTimeout(hindered)) {
                    throw hindered;
                }
                hindrances.put(group.getKey().taskType().id(), hindered);
                group.getValue()
                        .forEach(decision -> verdicts.put(decision.ticketId(), givenUp(decision.ticketId(), hindered)));
            }
        }
        return settled;
    }

    private List<Decision> move(
            Connection connection, Group group, List<Decision> decisions, Instant now, Map<Long, Verdict> verdicts)
            throws SQLException {
        List<Decision> settled = new ArrayList<>();
        SubjectTable table;
        try {
            table = moves.table(connection, group.taskType(), group.inbox());
        } catch (InboxFault e) {
            for (Decision decision : decisions) {
                FinishedRun failed = failed(decision.run(), String.valueOf(e.getMessage()), decision.output());
                settled.add(Decision.of(group.taskType(), failed, now, 0));
            }
            return settled;
        }
        Collection<String> ids = decisions.stream()
                .map(decision -> decision.run().claim().subject().id())
                .toList();
        Map<String, Moved> moved = DeclaredMoves.moveWithin(
                patience,
                database.settings().ledgerTimeout(),
                connection,
                table,
                group.inbox().inboxStatus(),
                group.target(),
                ids);
        for (Decision decision : decisions) {
            Moved move = moved.get(decision.run().claim().subject().id());
            switch (move.move()) {
                case MOVED -> settled.add(decision.moved(new StatusChange(table.relation(), group.target())));
                case AT_TARGET -> settled.add(decision);
                case ELSEWHERE -> settled.add(decision.overtaken(move.status()));
                case LOCKED -> verdicts.put(decision.ticketId(), delayed(decision.ticketId()));
            }
        }
        return settled;
    }
}
