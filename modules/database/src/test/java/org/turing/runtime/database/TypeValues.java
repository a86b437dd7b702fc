package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Texts that a type takes: its extremes from a list, and random ones. The server says which of them are values of the
 * type.
 */
final class TypeValues {

    private static final int RANDOM = 30;

    private static final List<String> EXTREMES = List.of(
            "",
            " ",
            "0",
            "-1",
            "42",
            "-32768",
            "2147483647",
            "-9223372036854775808",
            "9223372036854775807",
            "4294967295",
            "1e400",
            "1e-300",
            "-0",
            "0.10",
            "NaN",
            "Infinity",
            "-Infinity",
            "true",
            "f",
            "x",
            "X",
            " x",
            "x ",
            "ä中🦉\u202e",
            "\\",
            "\"",
            "'",
            "\n\t\u0001",
            "{}",
            "{\"a\": \"\\u0000\"}",
            "[1, null]",
            "\"\\ud800\"",
            "infinity",
            "-infinity",
            "4713-01-01 BC",
            "0044-03-15 10:00:00 BC",
            "294276-12-31 23:59:59.999999",
            "2026-02-28 12:00:00+14",
            "24:00:00",
            "23:59:60-15:59",
            "-178000000 years",
            "1 mon -1 day 00:00:00.000001",
            "101",
            "\\x00ff",
            "192.168.0.1/24",
            "::1",
            "08:00:2b:01:02:03",
            "08:00:2b:01:02:03:04:05",
            "-92233720368547758.08",
            "<a>&amp;</a>",
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "(1,2)",
            "{1,2,3}",
            "[(0,0),(1,1)]",
            "((0,0),(1,1))",
            "<(0,0),1>",
            "[1,2)",
            "(,)",
            "empty",
            "{[1,3),[7,9)}",
            "[2020-01-01,infinity)",
            "{[2020-01-01,infinity)}",
            "$.a ? (@ > 1)",
            "'cat':1A 'owl'",
            "cat & owl",
            "16/B374D848",
            "10:20:10,14,15",
            "pg_class",
            "int4in",
            "+(integer,integer)",
            "sum(integer)",
            "integer",
            "english",
            "simple",
            "postgres",
            "C",
            "=r/10",
            "(0,1)",
            "1 2 3",
            "sad",
            "[sad,ä]",
            "{[sad,ä]}",
            "-",
            "0 0",
            "pg_catalog",
            "YES");

    private static final String[] PIECES = {
        "0", "1", "7", "9", "-", "+", ".", "e", "E", "x", "A", "z", " ", "\n", "\u0001", "\u007f", "'", "\"", "\\", "{",
        "}", "[", "]", "(", ")", "<", ">", ",", ":", ";", "/", "%", "$", "?", "_", "é", "\u0301", "中", "🦉", "\u202e",
        "\ufffe", "null", "true"
    };

    private final Connection session;
    private final long seed;
    private final Map<String, List<String>> values = new HashMap<>();

    TypeValues(Connection session, long seed) {
        this.session = session;
        this.seed = seed;
    }

    /** Values of a type, as texts; none if nothing of it can be written down. */
    List<String> of(String type) throws SQLException {
        List<String> known = values.get(type);
        if (known == null) {
            known = found(type);
            values.put(type, known);
        }
        return known;
    }

    private List<String> found(String type) throws SQLException {
        LinkedHashSet<String> texts = new LinkedHashSet<>(EXTREMES);
        Random random = new Random(seed * 31 + type.hashCode());
        for (int n = 0; n < RANDOM; n++) {
            texts.add(n % 3 == 0 ? number(random) : text(random));
        }
        texts.add(first("SELECT current_user || '=r/' || current_user WHERE ? <> ''", type));
        String element = elementOf(type);
        if (element != null) {
            of(element).stream().limit(20).forEach(value -> texts.add("{" + quoted(value) + ",NULL}"));
            texts.add("[-3:-3]={NULL}");
            texts.add("{}");
        }
        int columns = columnsOf(type);
        if (columns > 0) {
            texts.add("(" + ",".repeat(columns - 1) + ")");
        }
        return valid(type, new ArrayList<>(texts));
    }

    private static String number(Random random) {
        StringBuilder digits = new StringBuilder(random.nextBoolean() ? "-" : "");
        for (int n = random.nextInt(300); n >= 0; n--) {
            digits.append((char) ('0' + random.nextInt(10)));
        }
        return random.nextBoolean() ? digits.toString() : digits + "." + random.nextInt(1_000_000);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(12); n >= 0; n--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private String elementOf(String type) throws SQLException {
        return first(
                "SELECT format('%I.%I', n.nspname, e.typname) FROM pg_type t JOIN pg_type e ON e.oid = t.typelem"
                        + " JOIN pg_namespace n ON n.oid = e.typnamespace"
                        + " WHERE t.oid = CAST(? AS regtype) AND t.typcategory = 'A'",
                type);
    }

    private int columnsOf(String type) throws SQLException {
        String count = first(
                "SELECT count(*) FROM pg_attribute a JOIN pg_type t ON a.attrelid = t.typrelid"
                        + " WHERE t.oid = CAST(? AS regtype) AND attnum > 0 AND NOT attisdropped",
                type);
        return count == null ? 0 : Integer.parseInt(count);
    }

    /** Halved until what raises is alone: the input of some types raises where it should only refuse. */
    private List<String> valid(String type, List<String> texts) throws SQLException {
        try {
            return validAmong(type, texts);
        } catch (SQLException oneOfThem) {
            if (texts.size() == 1) {
                return List.of();
            }
            int half = texts.size() / 2;
            List<String> valid = new ArrayList<>(valid(type, texts.subList(0, half)));
            valid.addAll(valid(type, texts.subList(half, texts.size())));
            return valid;
        }
    }

    /** Really cast, as what the input says to be valid a domain or the cast itself may still refuse. */
    private List<String> validAmong(String type, List<String> texts) throws SQLException {
        List<String> valid = new ArrayList<>();
        try (PreparedStatement statement =
                session.prepareStatement("SELECT text, CASE WHEN pg_input_is_valid(text, ?) THEN CAST(CAST(text AS "
                        + type + ") AS text) IS NULL END" + " FROM unnest(CAST(? AS text[])) AS text")) {
            statement.setString(1, type);
            statement.setArray(2, session.createArrayOf("text", texts.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    boolean isNull = row.getBoolean(2);
                    if (!row.wasNull() && !isNull) {
                        valid.add(row.getString(1));
                    }
                }
            }
        }
        return valid;
    }

    private String first(String question, String type) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(question)) {
            statement.setString(1, type);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }
}
