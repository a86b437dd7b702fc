package org.turing.runtime.bench.contenders;

import org.jspecify.annotations.Nullable;

/**
 * How the runtime's jobs lie and what takes them.
 *
 * @param taskTypes how many task types there are
 * @param spread whether each of them has its share of the jobs; else one has all, and the others never have any
 * @param lanes of each task type; null: as many as it takes by default
 */
public record Shape(int taskTypes, boolean spread, @Nullable Integer lanes) {

    /** One task type with defaults. */
    public static final Shape PLAIN = new Shape(1, false, null);

    /** Whether an inbox is one status of many, so that the index has to be on the status. */
    boolean manyInboxes() {
        return !equals(PLAIN);
    }
}
