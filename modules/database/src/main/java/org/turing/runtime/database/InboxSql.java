package org.turing.runtime.database;

import java.util.Collection;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxShape;

/**
 * The statements around a work_query. Users' text goes in as it is, on lines of its own, and never as a prepared
 * statement: a {@code ?} in it is an operator.
 */
final class InboxSql {

    /** Larger than any inbox: for readings that must not be bounded by {@code :batch_size}. */
    static final int UNBOUNDED = Integer.MAX_VALUE;

    /** The longest row, as the JSON of its fields, in bytes. */
    static final int ROW_BYTES = 8 << 20;

    /** The longest subject id and subject kind, in bytes: what the ledger's indexes, arguments and variables hold. */
    static final int ID_BYTES = 2_000;

    /** What is longer does not leave the server. */
    private static final String BOUNDED = "CASE WHEN octet_length(fields) > " + ROW_BYTES + " THEN '' ELSE fields END";

    private static final Set<String> INTEGERS = Set.of("int2", "int4", "int8", "serial", "bigserial", "smallserial");
    private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Database database;
    private final TaskType taskType;
    private final InboxShape shape;
    private final Set<Long> runtimeIds;

    /** @param runtimeIds the runtimes for which what is found may be claimed; empty: whichever */
    InboxSql(Database database, TaskType taskType, InboxShape shape, Set<Long> runtimeIds) {
        this.database = database;
        this.taskType = taskType;
        this.shape = shape;
        this.runtimeIds = Set.copyOf(runtimeIds);
    }

    TaskType taskType() {
        return taskType;
    }

    /**
     * Rows in the query's order with their fields if they may be claimed. Rows without fields come only where they tell
     * something: the first, the first with an id, and the last. Everything streams, so that a LIMIT ends the scan
     * early: window functions over rows that have passed, probes by index per row (memory's primary key and claims'
     * unique constraint) that the planner can't turn into a join with all that is remembered.
     */
    String find(Collection<String> only, int batchSize, int limit) {
        return telling(
                "id, subject_type, " + BOUNDED + ", passed, unusable, is_last, CAST(pg_current_snapshot() AS text),"
                        + " octet_length(fields)",
                "CAST(to_json(turing_row.*) AS text)",
                only,
                batchSize,
                limit);
    }

    /** One row: whether the inbox has any row at all. */
    String anything(Collection<String> only) {
        return "SELECT EXISTS (SELECT FROM (\n" + WorkQuery.withBatchSize(shape.query(), UNBOUNDED)
                + "\n) AS turing_row" + restriction(only) + ")";
    }

    /** One row: how many rows were passed over, how many of them have no usable id, whether any may be claimed. */
    String inVain(Collection<String> only) {
        // The first row, the first with an id, and the last or one that may be claimed.
        return "SELECT coalesce(max(passed), 0), coalesce(max(unusable), 0), coalesce(bool_or(available), false) FROM ("
                + telling("passed, unusable, fields IS NOT NULL AS available", "''", only, UNBOUNDED, 3)
                + ") AS told";
    }

    private String telling(String columns, String fields, Collection<String> only, int batchSize, int limit) {
        return """
                SELECT %s
                  FROM (SELECT id, subject_type, fields,
                               row_number() OVER passing AS passed,
                               count(*) FILTER (WHERE id IS NULL) OVER passing AS unusable,
                               lead(1) OVER passing IS NULL AS is_last
                          FROM (%s) AS looked_at
                        WINDOW passing AS (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS counted
                 WHERE fields IS NOT NULL OR is_last OR passed = 1 OR (id IS NOT NULL AND passed - unusable = 1)
                 LIMIT %d""".formatted(
                        columns, rows("CASE WHEN " + available() + " THEN " + fields + " END", only, batchSize), limit);
    }

    /** How many subjects may be claimed, up to a bound. */
    String count(int atMost) {
        return "SELECT count(DISTINCT id) FROM (SELECT id FROM ("
                + rows("CASE WHEN " + available() + " THEN '' END", Set.of(), UNBOUNDED)
                + ") AS looked_at WHERE id IS NOT NULL AND fields IS NOT NULL LIMIT " + atMost + ") AS found";
    }

    /** A subject's kind and fields, from the inbox or from another query of the same columns. */
    String row(String query, String subjectId) {
        return "SELECT subject_type, " + BOUNDED + ", octet_length(fields) FROM ("
                + rows(query, "CAST(to_json(turing_row.*) AS text)", Set.of(subjectId), UNBOUNDED)
                + ") AS looked_at LIMIT 1";
    }

    /** Which of these ids the inbox returns. */
    String present(Collection<String> ids) {
        return "SELECT DISTINCT id FROM (" + rows("CASE WHEN true" + condition() + " THEN '' END", ids, UNBOUNDED)
                + ") AS looked_at WHERE id IS NOT NULL AND fields IS NOT NULL";
    }

    private String condition() {
        return shape.condition() == null ? "" : " AND " + shape.condition();
    }

    private String rows(String fields, Collection<String> only, int batchSize) {
        return rows(shape.query(), fields, only, batchSize);
    }

    private String rows(String query, String fields, Collection<String> only, int batchSize) {
        // OFFSET 0 keeps the planner from pulling the probes up to where they would run for rows not wanted.
        return "SELECT " + id() + " AS id, "
                + (shape.ownSubjectType()
                        ? "NULLIF(left(CAST(turing_row.subject_type AS text), " + (ID_BYTES + 1) + "), '')"
                        : "CAST(NULL AS text)")
                + " AS subject_type, " + fields + " AS fields FROM (\n"
                + WorkQuery.withBatchSize(query, batchSize)
                + "\n) AS turing_row" + restriction(only) + " OFFSET 0";
    }

    /** Compared byte by byte, as the ledger's indexes do, whatever collation the user's column has. */
    private String id() {
        return "(" + id(shape.idColumn()) + " COLLATE pg_catalog.\"default\")";
    }

    /** The id of {@code turing_row} as text; null if it is unusable. */
    static String id(String idColumn) {
        String text = "CAST(turing_row." + Sql.identifier(idColumn) + " AS text)";
        return "CASE WHEN octet_length(" + text + ") BETWEEN 1 AND " + ID_BYTES + " THEN " + text + " END";
    }

    /** A subject that was interrupted repeatedly waits while each of the runtimes holds another such one. */
    private String available() {
        return database.inSchema("""
                %2$s IS NOT NULL
                AND (SELECT 1 FROM turing.claims c
                      WHERE c.task_type_id = %1$d AND c.subject_id = %2$s) IS NULL
                AND (SELECT 1 FROM turing.memory m
                      WHERE m.task_type_id = %1$d AND m.subject_id = %2$s
                        AND (m.state NOT IN ('left', 'backing_off')
                             OR m.not_before > statement_timestamp()
                             OR (m.interruptions >= %3$d
                                 AND (SELECT count(*) FROM turing.claims
                                       WHERE alone AND runtime_id IN (%4$s)) >= %5$d))) IS NULL""".formatted(
                                taskType.id(), id(), Guards.ALONE_AFTER, listed(), Math.max(1, runtimeIds.size())))
                + condition();
    }

    private String listed() {
        return runtimeIds.isEmpty()
                ? "NULL"
                : runtimeIds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** By text for every type, and by the column's own type too where an index of the user's can then serve. */
    private String restriction(Collection<String> only) {
        if (only.isEmpty()) {
            return "";
        }
        String column = "turing_row." + Sql.identifier(shape.idColumn());
        String byText = " WHERE " + id() + " = ANY (" + Sql.textArray(only) + ")";
        if (INTEGERS.contains(shape.idType()) && matchAll(only, INTEGER)) {
            return byText + " AND " + column + " = ANY (CAST(" + Sql.textArray(only) + " AS bigint[]))";
        }
        if (shape.idType().equals("uuid") && matchAll(only, UUID)) {
            return byText + " AND " + column + " = ANY (CAST(" + Sql.textArray(only) + " AS uuid[]))";
        }
        if (shape.idType().equals("text") || shape.idType().equals("varchar")) {
            return byText + " AND " + column + " = ANY (" + Sql.textArray(only) + ")";
        }
        return byText;
    }

    private static boolean matchAll(Collection<String> ids, Pattern pattern) {
        return ids.stream().allMatch(id -> pattern.matcher(id).matches());
    }
}
