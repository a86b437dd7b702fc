package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.turing.runtime.database.ProtocolOracle.Held;
import org.turing.runtime.database.ProtocolOracle.Key;
import org.turing.runtime.domain.TaskType;

/** What must be remembered of the subjects of a history: {@code memory}, from what was done and answered alone. */
final class ProtocolMemory {

    /**
     * @param state {@code memory.state}
     * @param attempt attempts used up
     * @param interruptions rescues in a row
     */
    record Kept(String state, int attempt, int interruptions) {
        private static final Kept NOTHING = new Kept("left", 0, 0);

        private Kept as(String now) {
            return new Kept(now, attempt, interruptions);
        }
    }

    /** A task type's subject in one chain. */
    private record Visited(Key key, UUID chain) {}

    private static final Set<String> KEPT_BACK = Set.copyOf(Retry.STATES);
    private static final Set<String> ELIGIBLE = Set.of("left", "backing_off");

    private final Map<Key, Kept> kept = new HashMap<>();
    private final Map<Visited, Integer> visits = new HashMap<>();

    ProtocolMemory copy() {
        ProtocolMemory copy = new ProtocolMemory();
        copy.kept.putAll(kept);
        copy.visits.putAll(visits);
        return copy;
    }

    private Kept of(Key key) {
        return kept.getOrDefault(key, Kept.NOTHING);
    }

    boolean eligible(Key key) {
        return ELIGIBLE.contains(of(key).state);
    }

    boolean backsOff(Key key) {
        return of(key).state.equals("backing_off");
    }

    int interruptions(Key key) {
        return of(key).interruptions;
    }

    /** Completed tickets of a subject in a chain. */
    int visits(Key key, UUID chain) {
        return visits.getOrDefault(new Visited(key, chain), 0);
    }

    /** The attempt that a claim on it counts as. */
    int nextAttempt(Key key) {
        return backsOff(key) ? of(key).attempt + 1 : 1;
    }

    /** An outcome was written; a shutdown's changes nothing that is remembered. */
    void ended(Held held, String status, boolean setAside) {
        Key key = held.key();
        int attempt = held.claim.attempt();
        if (status.equals("completed")) {
            visits.merge(new Visited(key, held.claim.chain().id()), 1, Integer::sum);
        }
        kept.put(
                key,
                switch (status) {
                    case "completed" -> new Kept(leavesAtOnce(held.taskType) ? "left" : "finished", 0, 0);
                    case "failed" -> new Kept("backing_off", attempt, 0);
                    case "overtaken" -> Kept.NOTHING;
                    case "cancelled" -> setAside ? new Kept("set_aside", 0, 0) : of(key);
                    default -> new Kept(status, status.equals("dead") ? attempt : 0, 0);
                });
    }

    private static boolean leavesAtOnce(TaskType taskType) {
        return taskType.workQuery() == null;
    }

    void interrupted(Key key) {
        Kept before = of(key);
        kept.put(key, new Kept(before.state, before.attempt, before.interruptions + 1));
    }

    void retried(Key key) {
        if (KEPT_BACK.contains(of(key).state)) {
            kept.put(key, Kept.NOTHING);
        }
    }

    void setAside(Key key) {
        kept.put(key, new Kept("set_aside", nextAttempt(key) - 1, of(key).interruptions));
    }

    /**
     * The inbox was asked about it.
     *
     * @return whether a due attempt of it was overtaken
     */
    boolean settled(Key key, boolean present, boolean claimed) {
        Kept before = of(key);
        switch (before.state) {
            case "finished" -> kept.put(key, before.as(present ? "stayed" : "left"));
            case "stayed", "skipped" -> kept.put(key, present ? before : before.as("left"));
            case "backing_off" -> {
                if (!present && !claimed) {
                    kept.put(key, Kept.NOTHING);
                    return true;
                }
            }
            default -> {
                // nothing to be asked
            }
        }
        return false;
    }

    /** Compares with the rows that are there, a list of subject, state, attempt and interruptions each. */
    void check(Map<Key, Kept> there) {
        Map<Key, Kept> expected = new HashMap<>(kept);
        expected.values().removeIf(Kept.NOTHING::equals); // whether or not there is a row says nothing
        Map<Key, Kept> found = new HashMap<>(there);
        found.values().removeIf(Kept.NOTHING::equals);
        assertThat(found).as("memory").isEqualTo(expected);
    }

    /** Why a guard may refuse a subject, by the words that begin its reason. */
    List<String> causes(Key key) {
        boolean circles = visits.entrySet().stream()
                .anyMatch(visited ->
                        visited.getKey().key.equals(key) && visited.getValue() >= ClaimStatement.MOST_VISITS);
        return List.of(
                of(key).interruptions >= 3 ? "set aside: its runtime ended" : "set aside: its chain is",
                circles ? "set aside: it visited" : "set aside: its chain is");
    }
}
