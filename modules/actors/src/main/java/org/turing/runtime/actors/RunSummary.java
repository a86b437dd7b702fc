package org.turing.runtime.actors;

import java.util.ArrayList;
import java.util.List;

/**
 * What a runtime did by the time it left.
 *
 * @param completed tickets completed
 * @param skipped tickets skipped
 * @param failed attempts that failed and were followed by another
 * @param dead subjects given up
 * @param overtaken tickets overtaken
 * @param cancelled tickets cancelled
 * @param blocked what could not be done, one line each: faulted task types, models without slots, subjects set aside
 * @param unwritten tickets that it left without their outcome in the ledger, one line each: their subjects are run
 *     again
 */
public record RunSummary(
        long completed,
        long skipped,
        long failed,
        long dead,
        long overtaken,
        long cancelled,
        List<String> blocked,
        List<String> unwritten)
        implements Wire {

    /** Nothing done. */
    static final RunSummary NOTHING = new RunSummary(0, 0, 0, 0, 0, 0, List.of(), List.of());

    public RunSummary {
        blocked = List.copyOf(blocked);
        unwritten = List.copyOf(unwritten);
    }

    /** Whether everything that was to be done is done. */
    public boolean clean() {
        return dead == 0 && blocked.isEmpty() && unwritten.isEmpty();
    }

    /** The same, with what was blocked before and what was left unwritten. */
    RunSummary with(List<String> alsoBlocked, List<String> left) {
        List<String> lines = new ArrayList<>(alsoBlocked);
        lines.addAll(blocked);
        return new RunSummary(completed, skipped, failed, dead, overtaken, cancelled, lines, left);
    }
}
