package org.turing.runtime.domain;

import org.jspecify.annotations.Nullable;

/**
 * A model that a gate serialises: one row of {@code models}, or one without a row.
 *
 * @param name the model's name, as task types write it in {@code requires_model}
 * @param slots how many subjects it serves at a time; 0 blocks it
 * @param server address of the server that serves it, as the registry has it, or null
 */
public record Model(String name, int slots, @Nullable String server) {
    /** A model that task types name but the registry has no row for: one slot. */
    public static Model withoutRow(String name) {
        return new Model(name, 1, null);
    }
}
