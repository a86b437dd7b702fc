package org.turing.runtime.bench.growth;

import java.sql.SQLException;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.contenders.Circumstance;

/**
 * Jobs that were finished long ago: what the oldest job of the warm-up has left behind, that many times over, with
 * numbers below 0. So they lie there in the shape in which they are left, whatever that is. Without any, too,
 * statistics are new and a checkpoint has just been made, after which each page is logged whole when it is first
 * written.
 *
 * @param jobs how many; 0 or more
 */
record Past(long jobs) {

    /** The columns that say whose row it is; all others are copied. */
    private static final Map<String, String> OF_A_TICKET = Map.of(
            "ticket_id", "-i",
            "fence", "-i",
            "completed_ticket_id", "-i",
            "subject_id", "CAST(-i AS text)",
            "chain_id", "gen_random_uuid()",
            "completed_chain_id", "gen_random_uuid()");

    private static final Map<String, String> OF_A_JOB = Map.of("id", "-i");

    Circumstance ofTheRuntime() {
        return database -> {
            repeat(database, "turing.ticket_history", "ticket_id", OF_A_TICKET);
            repeat(database, "turing.memory", "ticket_id", OF_A_TICKET);
            ofTheUser(database);
            return () -> {};
        };
    }

    Circumstance ofTheFloor() {
        return database -> {
            repeat(database, "public.jobs", "id", OF_A_JOB);
            ofTheUser(database);
            return () -> {};
        };
    }

    private void ofTheUser(BenchDatabase database) throws SQLException {
        repeat(database, "public.items", "id", OF_A_JOB);
        database.execute("CHECKPOINT");
    }

    private void repeat(BenchDatabase database, String table, String order, Map<String, String> own)
            throws SQLException {
        // In one order for both lists; which one does not matter.
        TreeSet<String> columns =
                new TreeSet<>(database.counts("""
                SELECT attname, 1 FROM pg_attribute
                 WHERE attrelid = CAST('%s' AS regclass) AND attnum > 0 AND NOT attisdropped""".formatted(table)).keySet());
        String values =
                columns.stream().map(column -> own.getOrDefault(column, column)).collect(Collectors.joining(", "));
        database.execute("""
                INSERT INTO %1$s (%2$s)
                SELECT %3$s FROM (SELECT * FROM %1$s ORDER BY %4$s LIMIT 1) oldest, generate_series(1, %5$d) i
                """.formatted(table, String.join(", ", columns), values, order, jobs));
        database.execute("VACUUM ANALYZE " + table);
    }
}
