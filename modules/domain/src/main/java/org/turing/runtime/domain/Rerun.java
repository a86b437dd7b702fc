package org.turing.runtime.domain;

import java.util.Locale;

/** What becomes of a subject that a task type has finished; the registry's {@code rerun}, in lower case there. */
public enum Rerun {
    /** Eligible again once it has left the inbox and come back. */
    ON_RETURN,
    /** Never again, until somebody says {@code retry}. */
    ONCE;

    /** The name that the registry uses. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the registry's name.
     *
     * @throws IllegalArgumentException if there is no such setting
     */
    public static Rerun ofSqlName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
