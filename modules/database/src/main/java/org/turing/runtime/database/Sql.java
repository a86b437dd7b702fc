package org.turing.runtime.database;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.stream.Collectors;

/** Quoting for SQL that is composed of parts that users wrote. */
final class Sql {

    private Sql() {}

    /** A statement that takes users' text as it is: the driver must not look for escapes of its own in it. */
    static Statement verbatim(Connection connection) throws SQLException {
        Statement statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }

    /** The answer to a question of one row and one boolean column. */
    static boolean isTrue(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** A string constant; relies on standard_conforming_strings, which every session of ours sets. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A quoted identifier. */
    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** How long a text is for PostgreSQL, in bytes. */
    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** A table or view with its schema, both quoted. */
    static String qualified(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    /** {@code ARRAY['a','b']::text[]}; what holds a NUL can't be in a database and is left out. */
    static String textArray(Collection<String> texts) {
        return texts.stream()
                .filter(text -> text.indexOf('\0') < 0)
                .map(Sql::literal)
                .collect(Collectors.joining(",", "ARRAY[", "]::text[]"));
    }
}
