package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.domain.Relation;

/**
 * Installs and removes the trigger that says at commit, once per transaction however many rows it touched, that a table
 * changed. A partitioned table is watched with its partitions, and named for them.
 */
public final class TableWatch {

    private static final String TRIGGER = "turing_watch";

    private final Database database;

    public TableWatch(Database database) {
        this.database = database;
    }

    /** The table can't be watched. The message names the thing, the cause and the next step. */
    public static final class NotWatchable extends Exception {
        private static final long serialVersionUID = 1L;

        NotWatchable(String message) {
            super(message);
        }
    }

    /**
     * Watches a table; watching twice does no harm.
     *
     * @param table as SQL would name it, for example {@code owl} or {@code public.owl}
     * @return the table, or the root of what it is a partition of
     * @throws NotWatchable if there is no such table, or the user may not put a trigger on it
     */
    public Relation watch(String table) throws NotWatchable {
        return onEach(table, """
                CREATE OR REPLACE TRIGGER %1$s AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %2$s
                    FOR EACH STATEMENT EXECUTE FUNCTION turing.announce_status_change()""");
    }

    /**
     * Ends the watch; ending one that is not there does no harm.
     *
     * @return the table, or the root of what it is a partition of
     * @throws NotWatchable if there is no such table, or the user may not change it
     */
    public Relation unwatch(String table) throws NotWatchable {
        return onEach(table, "DROP TRIGGER IF EXISTS %1$s ON %2$s");
    }

    /** The watched tables; partitions are named by their root. */
    public List<Relation> watched() {
        return database.transaction(connection -> {
            List<Relation> watched = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(database.inSchema("""
                            SELECT DISTINCT n.nspname, c.relname
                              FROM pg_catalog.pg_trigger t
                              JOIN pg_catalog.pg_class c
                                ON c.oid = coalesce(pg_catalog.pg_partition_root(t.tgrelid), t.tgrelid)
                              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                             WHERE t.tgfoid = CAST('turing.announce_status_change' AS regproc)
                             ORDER BY 1, 2"""))) {
                while (row.next()) {
                    watched.add(new Relation(row.getString(1), row.getString(2)));
                }
            }
            return watched;
        });
    }

    private Relation onEach(String table, String statementFor) throws NotWatchable {
        try {
            List<Relation> members = database.attempt(connection -> {
                List<Relation> found = members(connection, table);
                try (Statement statement = connection.createStatement()) {
                    for (Relation member : found) {
                        String quoted = Sql.qualified(member.schema(), member.name());
                        statement.execute(database.inSchema(statementFor).formatted(Sql.identifier(TRIGGER), quoted));
                    }
                }
                return found;
            });
            if (members.isEmpty()) {
                throw new NotWatchable(
                        "table '" + table + "' can't be watched: there is no such table (a view's tables "
                                + "are watched one by one). Fix: name it as in SQL, for example public.owl");
            }
            return members.get(0);
        } catch (SQLException e) {
            throw new NotWatchable("table '" + table + "' can't be watched: " + SqlFaults.message(e)
                    + ". Fix: let the table's owner do it, or GRANT TRIGGER ON it");
        }
    }

    /** The root first, then its partitions. */
    private static List<Relation> members(Connection connection, String table) throws SQLException {
        List<Relation> members = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                WITH named AS (
                    SELECT CAST(coalesce(pg_catalog.pg_partition_root(t.oid), t.oid) AS oid) AS root
                      FROM pg_catalog.to_regclass(?) AS t (oid)
                ), tree AS (
                    SELECT root AS oid, 0 AS level FROM named
                    UNION
                    SELECT p.relid, p.level FROM named, pg_catalog.pg_partition_tree(root) p WHERE p.level > 0
                )
                SELECT n.nspname, c.relname
                  FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.oid
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p')
                 ORDER BY tree.level, 1, 2""")) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    members.add(new Relation(row.getString(1), row.getString(2)));
                }
            }
        }
        return members;
    }
}
