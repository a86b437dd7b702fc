package org.turing.runtime.domain;

import java.util.Objects;

/**
 * One row of the user's data.
 *
 * @param type the subject kind: the query's {@code subject_type} column, else the subject table, else the table that
 *     the id comes from, else the task type's name
 * @param id the row's key as text: bigint, uuid, anything; never empty
 */
public record Subject(String type, String id) {
    public Subject {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(id, "id");
    }

    @Override
    public String toString() {
        return type + " " + id;
    }
}
