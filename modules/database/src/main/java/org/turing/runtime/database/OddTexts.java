package org.turing.runtime.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a row of {@code task_types} may not hold although its columns take it: names so long, or with such characters in
 * them, that they would garble every line and page that shows them; hints that are no tables' names.
 */
final class OddTexts {

    private static final int SHOWN = 60;

    /** Of PostgreSQL's messages, which may repeat whole queries and values. */
    private static final int SHOWN_OF_MESSAGES = 1_000;

    /** The longest that each column may hold, in characters. */
    private static final Map<String, Integer> LONGEST = new LinkedHashMap<>();

    static {
        LONGEST.put("task_type_name", 200);
        LONGEST.put("pipeline", 200);
        LONGEST.put("requires_model", 200);
        LONGEST.put("inbox_status", 200);
        LONGEST.put("outbox_status", 4_000);
        LONGEST.put("subject_table", 200);
        LONGEST.put("subject_key", 200);
        LONGEST.put("status_column", 200);
        LONGEST.put("script_path", 1_000);
    }

    private static final String NAME = "(?:[^\\s\".\\p{Cntrl}]+|\"(?:[^\"\\p{Cntrl}]|\"\")+\")";
    private static final Pattern TABLE = Pattern.compile(NAME + "(?:\\." + NAME + ")?");

    private OddTexts() {}

    /**
     * @param column the column that is to be mended
     * @param what what is wrong with it
     */
    record Finding(String column, String what) {}

    /** The first thing that is wrong, or null. */
    static @Nullable Finding in(ResultSet row) throws SQLException {
        for (Map.Entry<String, Integer> limit : LONGEST.entrySet()) {
            String text = row.getString(limit.getKey());
            if (text != null && text.length() > limit.getValue()) {
                return new Finding(
                        limit.getKey(),
                        limit.getKey() + " is " + text.length() + " characters long, and " + limit.getValue()
                                + " are the most");
            }
            if (text != null && text.chars().anyMatch(Character::isISOControl)) {
                return new Finding(limit.getKey(), limit.getKey() + " '" + shown(text) + "' holds a control character");
            }
        }
        for (String hint : List.of("reads", "writes")) {
            Object[] tables = (Object[]) row.getArray(hint).getArray();
            if (!Arrays.stream(tables).allMatch(OddTexts::isName)) {
                return new Finding(hint, hint + " must be a list of tables' names, such as {owl,nest.egg}");
            }
        }
        return null;
    }

    private static boolean isName(Object element) {
        return element instanceof String name && isTable(name);
    }

    /** Whether to_regclass reads it without an error: one name or two, quoted or not. */
    static boolean isTable(String text) {
        return TABLE.matcher(text).matches();
    }

    /** A text on one line and not too long, whatever it holds. */
    static String shown(String text) {
        return onOneLine(text, SHOWN);
    }

    /** What PostgreSQL says, on one line and not too long. */
    static String message(String text) {
        return onOneLine(text, SHOWN_OF_MESSAGES);
    }

    private static String onOneLine(String text, int longest) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(longest).forEach(character -> {
            if (Character.isISOControl(character)) {
                shown.append("\\u%04x".formatted(character));
            } else {
                shown.appendCodePoint(character);
            }
        });
        return shown + (text.codePointCount(0, text.length()) > longest ? "…" : "");
    }
}
