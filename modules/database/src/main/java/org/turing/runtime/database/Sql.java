package org.turing.runtime.database;

import java.util.Collection;
import java.util.stream.Collectors;

/** Quoting for SQL that is composed of parts that users wrote. */
final class Sql {

    private Sql() {}

    /** A string constant; relies on standard_conforming_strings, which every session of ours sets. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A quoted identifier. */
    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** {@code ARRAY['a','b']::text[]}; what holds a NUL can't be in a database and is left out. */
    static String textArray(Collection<String> texts) {
        return texts.stream()
                .filter(text -> text.indexOf('\0') < 0)
                .map(Sql::literal)
                .collect(Collectors.joining(",", "ARRAY[", "]::text[]"));
    }
}
