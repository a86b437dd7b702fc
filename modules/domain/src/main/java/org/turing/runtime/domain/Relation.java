package org.turing.runtime.domain;

/**
 * A table or view of the user's, by schema and name as PostgreSQL stores them (unquoted).
 *
 * @param schema the schema's name, for example {@code public}
 * @param name the relation's name, for example {@code owl}
 */
public record Relation(String schema, String name) {
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
