package org.turing.runtime.actors;

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
 */
public record RunSummary(
        long completed, long skipped, long failed, long dead, long overtaken, long cancelled, List<String> blocked) {
    public RunSummary {
        blocked = List.copyOf(blocked);
    }

    /** Whether everything that was to be done is done. */
    public boolean clean() {
        return dead == 0 && blocked.isEmpty();
    }
}
