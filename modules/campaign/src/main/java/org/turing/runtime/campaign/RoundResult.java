package org.turing.runtime.campaign;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a round came to; a line of the progress file.
 *
 * @param series what kind of campaign it belongs to, so that one file keeps several
 * @param campaignSeed the seed of the campaign
 * @param round its number, from 0
 * @param seed the round's own seed, drawn from the two
 * @param jar the first digits of the jar's SHA-256
 * @param faults how many of each kind
 * @param subjects how many had to reach their final status
 * @param transitions how many changes of a status were seen
 * @param lost transitions, effects or completed tickets that are missing
 * @param doubled transitions, effects under hold() or completed tickets beyond what must be, and tallies that are wrong
 * @param reexecutions effects beyond the first of a task type and subject, by task type
 * @param deadlocks that PostgreSQL counted
 * @param refusedStarts starts that ended before the runtime worked
 * @param givenUp how often the others of a cluster went on without a node, and it came back as a new one
 * @param slowestChildrenMillis the longest from a kill to the end of the last script
 * @param recoveries of the kills that could be measured
 * @param incidents everything that must not happen, for people
 * @param seconds how long the round took
 */
record RoundResult(
        String series,
        long campaignSeed,
        int round,
        long seed,
        String jar,
        Map<String, Integer> faults,
        long subjects,
        long transitions,
        long lost,
        long doubled,
        Map<String, Long> reexecutions,
        long deadlocks,
        int refusedStarts,
        long givenUp,
        long slowestChildrenMillis,
        List<Recovery.Figure> recoveries,
        List<String> incidents,
        long seconds) {

    /** How many faults of a kind. */
    int count(FaultKind kind) {
        return faults.getOrDefault(kind.toString(), 0);
    }

    /** How many SIGKILLs of runtimes. */
    int kills() {
        return Arrays.stream(FaultKind.values())
                .filter(FaultKind::kills)
                .mapToInt(this::count)
                .sum();
    }

    /** Whether nothing was lost, doubled or otherwise wrong. */
    boolean passed() {
        return lost == 0 && doubled == 0 && incidents.isEmpty();
    }
}
