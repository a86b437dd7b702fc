package org.turing.runtime.database;

import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;

/** The text of a work_query: one statement, perhaps with {@code :batch_size} in it. */
final class WorkQuery {

    private static final String BATCH_SIZE = "batch_size";
    private static final Pattern LITERAL_LIMIT =
            Pattern.compile("(?i)\\b(?:limit|fetch\\s+(?:first|next))\\s+(\\d{1,9})\\b");

    private WorkQuery() {}

    /**
     * The one statement of a work_query, without the semicolon that may end it. The driver's own parser splits it.
     *
     * @throws InboxFault if there is none, or more than one
     */
    static String single(TaskType taskType, String text) throws InboxFault {
        List<NativeQuery> statements;
        try {
            statements = Parser.parseJdbcSql(text, true, false, true, false, false);
        } catch (SQLException e) {
            throw fault(taskType, "can't be read: " + SqlFaults.message(e));
        }
        List<String> texts = statements.stream()
                .map(statement -> statement.nativeSql)
                .filter(statement -> !isBlank(statement))
                .toList();
        if (texts.isEmpty()) {
            throw fault(taskType, "is empty; it must be a single SELECT");
        }
        if (texts.size() > 1) {
            throw fault(taskType, "holds " + texts.size() + " statements; it must be a single SELECT");
        }
        return texts.get(0);
    }

    /** The query with every {@code :batch_size} replaced, except in strings, quoted names and comments. */
    static String withBatchSize(String query, int batchSize) {
        char[] chars = query.toCharArray();
        StringBuilder replaced = new StringBuilder(query.length());
        int copied = 0;
        for (int at = 0; at < query.length(); at++) {
            if (standsAt(query, at)) {
                replaced.append(query, copied, at).append(batchSize);
                at += BATCH_SIZE.length();
                copied = at + 1;
            } else {
                at = skipped(chars, at);
            }
        }
        return copied == 0
                ? query
                : replaced.append(query, Math.min(copied, query.length()), query.length())
                        .toString();
    }

    /** Whether {@code :batch_size} stands in it. */
    static boolean takesBatchSize(String query) {
        return !withBatchSize(query, 1).equals(query);
    }

    /** The number of the last literal LIMIT, or null if none can be told. */
    static @Nullable Integer literalLimit(String query) {
        char[] chars = query.toCharArray();
        StringBuilder bare = new StringBuilder();
        for (int at = 0; at < query.length(); at++) {
            int end = skipped(chars, at);
            bare.append(end == at ? query.charAt(at) : ' ');
            at = end;
        }
        Matcher limit = LITERAL_LIMIT.matcher(bare);
        Integer last = null;
        while (limit.find()) {
            last = Integer.valueOf(limit.group(1));
        }
        return last;
    }

    /** A fault of this task type's work_query, with the next step. */
    static InboxFault fault(TaskType taskType, String what) {
        String column = taskType.workQuery() == null ? "subject_table" : "work_query";
        return new InboxFault("task type '" + taskType.name() + "': " + column + " " + OddTexts.message(what)
                + JdbcRegistry.fix(column, taskType.name()));
    }

    private static boolean standsAt(String query, int at) {
        int end = at + 1 + BATCH_SIZE.length();
        return query.charAt(at) == ':'
                && query.startsWith(BATCH_SIZE, at + 1)
                && (at == 0 || query.charAt(at - 1) != ':')
                && (end >= query.length() || !Character.isJavaIdentifierPart(query.charAt(end)));
    }

    /** The last position of the string, quoted name or comment that begins here; {@code at} itself if none does. */
    private static int skipped(char[] chars, int at) {
        int end = switch (chars[at]) {
            case '\'' -> Parser.parseSingleQuotes(chars, at, true);
            case '"' -> Parser.parseDoubleQuotes(chars, at);
            case '-' -> Parser.parseLineComment(chars, at);
            case '/' -> Parser.parseBlockComment(chars, at);
            case '$' -> Parser.parseDollarQuotes(chars, at);
            default -> at;
        };
        return Math.min(Math.max(end, at), chars.length - 1);
    }

    private static boolean isBlank(String statement) {
        char[] chars = statement.toCharArray();
        StringBuilder bare = new StringBuilder();
        for (int at = 0; at < statement.length(); at++) {
            char c = statement.charAt(at);
            int end = c == '-' || c == '/' ? skipped(chars, at) : at;
            if (end == at) {
                bare.append(c);
            }
            at = end;
        }
        return bare.toString().isBlank();
    }
}
