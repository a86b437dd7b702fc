package org.turing.runtime.bench.growth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.turing.runtime.bench.BenchDatabase;

/**
 * A table, by PostgreSQL's own statistics.
 *
 * @param written rows that were inserted or updated since it was created
 * @param dead rows that are there for nobody
 * @param bytes of the table itself, with what it keeps apart
 * @param indexBytes of its indexes
 */
record TableGrowth(long written, long dead, long bytes, long indexBytes) {

    private static final String ALL = """
            SELECT schemaname || '.' || relname, n_tup_ins + n_tup_upd, n_dead_tup,
                   pg_table_size(relid), pg_indexes_size(relid)
              FROM pg_stat_all_tables
             WHERE schemaname = 'turing' OR schemaname = 'public'""";

    /** Those of the runtime's and of the user's, by name. Sessions that wrote have told what they did when they end. */
    static Map<String, TableGrowth> now(BenchDatabase database) throws SQLException {
        Map<String, TableGrowth> all = new TreeMap<>();
        try (Connection session = database.session();
                Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(ALL)) {
            while (row.next()) {
                all.put(
                        row.getString(1),
                        new TableGrowth(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)));
            }
        }
        return all;
    }

    /** What has been written and has grown since then. */
    TableGrowth since(TableGrowth earlier) {
        return new TableGrowth(written - earlier.written, dead, bytes - earlier.bytes, indexBytes - earlier.indexBytes);
    }

    TableGrowth plus(TableGrowth other) {
        return new TableGrowth(
                written + other.written, dead + other.dead, bytes + other.bytes, indexBytes + other.indexBytes);
    }

    /** The cells of a table: written, bytes and bytes of indexes for each ticket, dead in all and of the tickets. */
    String cells(int tickets) {
        return String.format(
                Locale.ROOT,
                "%,d | %.1f | %.1f | %,d | %.2f %%",
                written,
                (double) bytes / tickets,
                (double) indexBytes / tickets,
                dead,
                100.0 * dead / tickets);
    }

    void writeTo(ObjectNode node) {
        node.put("written", written).put("dead", dead).put("bytes", bytes).put("indexBytes", indexBytes);
    }
}
