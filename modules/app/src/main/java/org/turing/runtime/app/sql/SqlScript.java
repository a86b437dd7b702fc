package org.turing.runtime.app.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;

/**
 * SQL statements as a user wrote them, one after the other.
 *
 * @param name what to call it in messages: the file's name, or {@code statement}
 * @param statements in their order, without the semicolons between them
 */
public record SqlScript(String name, List<Statement> statements) {

    /**
     * @param text the statement
     * @param line where it starts, from 1
     * @param column where it starts in that line, from 1
     */
    public record Statement(String text, int line, int column) {

        /** The line and column of a position in the statement, as {@code line:column}; positions start at 1. */
        String place(int position) {
            String before = text.substring(0, Math.max(0, Math.min(position - 1, text.length())));
            int lines =
                    (int) before.chars().filter(character -> character == '\n').count();
            int sinceBreak = before.length() - (before.lastIndexOf('\n') + 1);
            return (line + lines) + ":" + (lines == 0 ? column + sinceBreak : sinceBreak + 1);
        }
    }

    /**
     * Takes a script apart with the driver's own parser, which knows quotes, dollar quotes, comments and function
     * bodies.
     *
     * @throws SQLException if the parser can't make sense of it
     */
    public static SqlScript parse(String name, String script) throws SQLException {
        List<Statement> statements = new ArrayList<>();
        int from = 0;
        for (NativeQuery query : Parser.parseJdbcSql(script, true, false, true, false, false)) {
            String text = query.nativeSql;
            int start = script.indexOf(text, from);
            from = start + text.length();
            String trimmed = text.stripLeading();
            if (!withoutComments(trimmed).isBlank()) {
                statements.add(statement(script, start + text.length() - trimmed.length(), trimmed.stripTrailing()));
            }
        }
        return new SqlScript(name, List.copyOf(statements));
    }

    private static Statement statement(String script, int start, String text) {
        String before = script.substring(0, start);
        int line =
                1 + (int) before.chars().filter(character -> character == '\n').count();
        return new Statement(text, line, start - before.lastIndexOf('\n'));
    }

    private static String withoutComments(String text) {
        return text.replaceAll("(?s)--[^\n]*|/\\*.*?\\*/", "");
    }
}
