package org.turing.runtime.bench.contenders;

import org.jspecify.annotations.Nullable;

/**
 * How the runtime's jobs lie and what takes them.
 *
 * @param taskTypes how many task types there are
 * @param spread whether each of them has its share of the jobs; else one has all, and the others never have any
 * @param byStatus whether the inboxes share an index on the status; else the one inbox has an index of its own
 * @param lanes of each task type; null: as many as it takes by default
 */
public record Shape(
        int taskTypes,
        boolean spread,
        boolean byStatus,
        @Nullable Integer lanes) {

    /** One task type with defaults. */
    public static final Shape PLAIN = new Shape(1, false, false, null);

    /** Several task types, whose inboxes are statuses of one table. */
    public static Shape ofTaskTypes(int taskTypes, boolean spread) {
        return new Shape(taskTypes, spread, true, null);
    }

    /** One task type with so many lanes. */
    public static Shape ofLanes(int lanes) {
        return new Shape(1, false, false, lanes);
    }
}
