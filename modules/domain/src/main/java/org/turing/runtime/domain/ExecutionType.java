package org.turing.runtime.domain;

import java.util.Locale;

/** How the script of a task type is run; the registry's {@code execution_type}, in lower case there. */
public enum ExecutionType {
    /** Decided from the file. */
    AUTO,
    /** A Python class with {@code process()} in a warm worker. */
    THICK,
    /** A long-lived process in any language: a JSON line in, a JSON line out. */
    WORKER,
    /** One process per subject. */
    SCRIPT,
    /** One process per batch: a JSON line per subject in, a JSON line per subject out. */
    BULK,
    /** A class in a jar on the plug-in path. */
    JAVA;

    /** The name that the registry uses. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the registry's name.
     *
     * @throws IllegalArgumentException if there is no such execution type
     */
    public static ExecutionType ofSqlName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
