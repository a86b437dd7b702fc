package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.TicketLedger.Entry;

/** What must be in the database, kept from what was done and answered alone. {@link #check} compares. */
final class ProtocolOracle {

    static final int MAX_ATTEMPTS = 2;

    enum Lease {
        STANDING,
        LAPSED,
        ENDED
    }

    /** Who has a claim or a row locked. */
    enum Lock {
        NONE,
        SCRIPT,
        USER,
        RECORDING
    }

    /** A task type's subject. */
    record Key(long taskTypeId, String subjectId) {}

    /** The user's row of a subject. */
    static final class Row {
        String status = "pending";
        Lock lock = Lock.NONE;
    }

    /** A claim that a runtime was given, and whatever became of it. */
    static final class Held {
        final int runtime;
        final long identity;
        final TaskType taskType;
        final Claim claim;
        boolean live = true;
        boolean started;
        boolean givenBack;
        boolean suspect;
        Lock lock = Lock.NONE;

        @Nullable
        Entry written;

        Held(int runtime, long identity, TaskType taskType, Claim claim) {
            this.runtime = runtime;
            this.identity = identity;
            this.taskType = taskType;
            this.claim = claim;
        }

        Key key() {
            return new Key(taskType.id(), claim.subject().id());
        }
    }

    /** How many of the history's actions were begun. */
    int step;

    final ProtocolMemory memory = new ProtocolMemory();
    final List<Held> held = new ArrayList<>();
    final Map<Long, Lease> leases = new HashMap<>();
    /** Which runtime, by number, had an identity. */
    final Map<Long, Integer> hosts = new HashMap<>();

    final Set<Long> draining = new HashSet<>();
    /** The latest epoch of the gate. */
    long epoch;

    private final Map<Key, Row> rows = new HashMap<>();
    private final Map<Long, String> ended = new TreeMap<>();
    private final Map<Key, Integer> lastEnd = new HashMap<>();
    private final Map<Key, Integer> failures = new HashMap<>();
    private final Set<Key> overtaken = new HashSet<>();

    Row row(Key key) {
        return rows.computeIfAbsent(key, any -> new Row());
    }

    Lease lease(long identity) {
        return leases.getOrDefault(identity, Lease.ENDED);
    }

    /** Whether claims may be made for it. */
    boolean mayClaim(long identity) {
        return lease(identity) == Lease.STANDING && !draining.contains(identity);
    }

    /**
     * A runtime was given a claim.
     *
     * @param foundAt the step of the reading; for a claim by hand the present one
     */
    void claimed(Held now, int foundAt) {
        Key key = now.key();
        assertThat(held.stream().filter(other -> other.live && other.key().equals(key)))
                .as("claims on %s beside ticket %s", key, now.claim.ticketId())
                .isEmpty();
        assertThat(foundAt)
                .as(
                        "step of the reading that ticket %s was claimed from; its subject's latest ticket ended later",
                        now.claim.ticketId())
                .isGreaterThanOrEqualTo(lastEnd.getOrDefault(key, 0));
        assertThat(now.claim.attempt())
                .as("attempt of ticket %s", now.claim.ticketId())
                .isBetween(1 + failures.getOrDefault(key, 0), MAX_ATTEMPTS);
        // A number may be drawn before that of a holder who gives back unstarted, and be inserted after it.
        assertThat(held.stream()
                        .filter(other -> other.key().equals(key) && !other.givenBack)
                        .map(other -> other.claim.fence()))
                .as("earlier fences")
                .allMatch(fence -> fence < now.claim.fence());
        held.add(now);
    }

    /**
     * What a claim's statements must have refused: all that is kept back, and what a guard sets aside.
     *
     * @param before what was remembered when the claim began; another's end since is none of its claim's
     */
    void mayBeClaimed(Held now, ProtocolMemory before, Guards guards) {
        Key key = now.key();
        assertThat(memory.eligible(key)).as("%s is not kept back", key).isTrue();
        assertThat(now.claim.attempt()).as("attempt").isIn(memory.nextAttempt(key), before.nextAttempt(key));
        assertThat(memory.interruptions(key)).as("interruptions of %s", key).isLessThan(guards.mostInterruptions());
        assertThat(now.claim.chain().depth())
                .as("depth of the chain of %s", key)
                .isLessThanOrEqualTo(guards.deepestChain());
        assertThat(before.backsOff(key) || memory.visits(key, now.claim.chain().id()) < ClaimStatement.MOST_VISITS)
                .as("%s goes in no circle", key)
                .isTrue();
        now.suspect = memory.interruptions(key) >= Guards.ALONE_AFTER;
        assertThat(held.stream()
                        .filter(other -> other.live && other.suspect && now.suspect && other.identity == now.identity))
                .as("other suspects beside ticket %s", now.claim.ticketId())
                .isEmpty();
    }

    /** Its runtime had ended. */
    void rescued(Held lost) {
        ended(lost, "cancelled");
        memory.interrupted(lost.key());
    }

    void retried(Key key) {
        attemptsBeginAnew(key);
        memory.retried(key);
    }

    void settled(Key key) {
        boolean claimed = held.stream().anyMatch(now -> now.live && now.key().equals(key));
        if (memory.settled(key, row(key).status.equals("pending"), claimed)) {
            overtaken.add(key);
        }
    }

    /** A ticket of a subject that nobody ran: overtaken before its next attempt, or set aside by a guard. */
    private void told(Key key, String status, String error) {
        if (status.equals("overtaken")) {
            assertThat(overtaken.remove(key)).as("%s was due and gone", key).isTrue();
            failures.remove(key);
        } else {
            assertThat(status).isEqualTo("cancelled");
            assertThat(memory.causes(key))
                    .as("why %s was set aside: %s", key, error)
                    .anyMatch(error::startsWith);
            memory.setAside(key);
        }
        lastEnd.put(key, step);
    }

    /** A ticket ended with this status. */
    void ended(Held now, String status) {
        now.live = false;
        now.lock = Lock.NONE;
        assertThat(ended.put(now.claim.ticketId(), status))
                .as("earlier end of the ticket")
                .isNull();
        lastEnd.put(now.key(), step);
        if (status.equals("failed") || status.equals("dead")) {
            int inARow = failures.merge(now.key(), 1, Integer::sum);
            assertThat(inARow).as("failed attempts in a row").isLessThanOrEqualTo(MAX_ATTEMPTS);
        } else if (!status.equals("cancelled")) {
            failures.remove(now.key());
        }
    }

    /** Attempts are counted anew. */
    void attemptsBeginAnew(Key key) {
        failures.remove(key);
    }

    /** Who may be rescued now: claims of ended runtimes that nobody has locked. */
    List<Held> lost() {
        return held.stream()
                .filter(claim -> claim.live && claim.lock == Lock.NONE && lease(claim.identity) == Lease.ENDED)
                .toList();
    }

    /** Compares with the database. */
    void check(Statement statement) throws SQLException {
        Map<Key, Long> claims = new HashMap<>();
        Map<Long, String> endedThere = new TreeMap<>();
        Map<Key, ProtocolMemory.Kept> kept = new HashMap<>();
        Set<Long> own = new HashSet<>();
        held.forEach(claim -> own.add(claim.claim.ticketId()));
        try (ResultSet row = statement.executeQuery(ALL)) {
            while (row.next()) {
                Key key = new Key(row.getLong(4), row.getString(5));
                if (row.getString(1).equals("claim")) {
                    assertThat(claims.put(key, row.getLong(2)))
                            .as("two claims on %s", key)
                            .isNull();
                } else if (row.getString(1).equals("memory")) {
                    kept.put(key, new ProtocolMemory.Kept(row.getString(3), row.getInt(2), row.getInt(6)));
                } else if (row.getString(1).equals("row")) {
                    assertThat(row.getString(3)).as("status of %s", key).isEqualTo(row(key).status);
                } else {
                    long ticketId = row.getLong(2);
                    assertThat(endedThere.put(ticketId, row.getString(3)))
                            .as("a second end of ticket %s", ticketId)
                            .isNull();
                    if (!own.contains(ticketId) && ended.put(ticketId, row.getString(3)) == null) {
                        told(key, row.getString(3), String.valueOf(row.getString(6)));
                    }
                }
            }
        }
        Map<Key, Long> live = new HashMap<>();
        held.stream().filter(claim -> claim.live).forEach(claim -> live.put(claim.key(), claim.claim.ticketId()));
        assertThat(claims).as("claims").isEqualTo(live);
        assertThat(endedThere).as("ended tickets").isEqualTo(ended);
        assertThat(overtaken).as("due and gone, and not said to be overtaken").isEmpty();
        memory.check(kept);
    }

    private static final String ALL = """
            SELECT 'claim', ticket_id, status, task_type_id, subject_id, NULL FROM turing.tickets WHERE status = 'running'
            UNION ALL
            SELECT 'end', ticket_id, status, task_type_id, subject_id, error FROM turing.ticket_history
            UNION ALL
            SELECT 'memory', attempt, state, task_type_id, subject_id, CAST(interruptions AS text) FROM turing.memory
            UNION ALL
            SELECT 'row', 0, status, (SELECT task_type_id FROM turing.task_types WHERE task_type_name = 'owls'),
                   CAST(owl_id AS text), NULL FROM owl
            UNION ALL
            SELECT 'row', 0, status, (SELECT task_type_id FROM turing.task_types WHERE task_type_name = 'hens'),
                   CAST(hen_id AS text), NULL FROM hen""";
}
