package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;

/** Reads and moves the statuses of declared inboxes, inside the ledger's transactions. */
final class DeclaredMoves {

    /** What became of one subject's status. */
    enum Move {
        /** Moved from the inbox's status to the target. */
        MOVED,
        /** It was at the target already. */
        AT_TARGET,
        /** Still in the inbox: somebody else has its row locked. */
        LOCKED,
        /** Somebody moved it elsewhere, or it is gone. */
        ELSEWHERE
    }

    /**
     * @param move what became of it
     * @param status the status it has now if it was not moved; null if it is gone
     */
    record Moved(Move move, @Nullable String status) {}

    /** How long a user's table is waited for: everybody's outcomes wait with it. */
    private static final String A_MOMENT = "50ms";

    private final Map<DeclaredInbox, SubjectTable> tables = new ConcurrentHashMap<>();

    /**
     * The table behind a declared inbox. Names are looked up once, until a statement on it fails.
     *
     * @throws InboxFault if there is no such table or column
     */
    SubjectTable table(Connection connection, TaskType taskType, DeclaredInbox inbox) throws SQLException, InboxFault {
        SubjectTable known = tables.get(inbox);
        if (known == null) {
            known = SubjectTable.resolve(connection, taskType, inbox);
            tables.put(inbox, known);
        }
        return known;
    }

    /** A statement on some table failed: look all names up again. */
    void forget() {
        tables.clear();
    }

    /**
     * Moves subjects from one status to another; rows that somebody else has locked, and rows that are not in the
     * status any more, stay as they are. A table that somebody has locked is waited for a moment only.
     *
     * @param longest what users' triggers may take
     * @param usual what any other statement of this session may take
     * @throws SQLException if it took longer, among other reasons: then ({@link SqlFaults#isLock},
     *     {@link SqlFaults#isTimeout}) nothing was moved, and the transaction goes on as if nothing had been tried
     */
    static Map<String, Moved> moveWithin(
            Duration longest,
            Duration usual,
            Connection connection,
            SubjectTable table,
            String from,
            String to,
            Collection<String> ids)
            throws SQLException {
        Map<String, Moved> moves = new HashMap<>();
        for (String id : moved(longest, usual, connection, table, from, to, ids)) {
            moves.put(id, new Moved(Move.MOVED, to));
        }
        Set<String> rest = new HashSet<>(ids);
        rest.removeAll(moves.keySet());
        Map<String, String> keys = asTheTableWrites(connection, table, rest);
        Map<String, String> statuses = rest.isEmpty() ? Map.of() : statuses(connection, table, rest);
        for (String id : rest) {
            String key = keys.getOrDefault(id, id);
            String status = statuses.get(key);
            Move move = to.equals(status) ? Move.AT_TARGET : from.equals(status) ? Move.LOCKED : Move.ELSEWHERE;
            moves.put(id, moves.getOrDefault(key, new Moved(move, status)));
        }
        return moves;
    }

    /** The keys that these ids stand for, as the table writes them: a query's 01 may be its 1. */
    private static Map<String, String> asTheTableWrites(
            Connection connection, SubjectTable table, Collection<String> ids) throws SQLException {
        Map<String, String> keys = new HashMap<>();
        if (ids.isEmpty()) {
            return keys;
        }
        String sql =
                "SELECT id, CAST(t.%s AS text) FROM unnest(CAST(? AS text[])) AS id JOIN %s AS t ON t.%1$s = CAST(id AS %s)"
                        .formatted(table.key(), table.table(), table.keyType());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray(String[]::new)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    keys.put(row.getString(1), row.getString(2));
                }
            }
        }
        return keys;
    }

    private static String limits(String lock, Duration statement) {
        return "SET LOCAL lock_timeout = '" + lock + "'; SET LOCAL statement_timeout = " + statement.toMillis();
    }

    /** The ids of those that were moved; what it takes to go back if that fails is part of the same round trip. */
    private static Set<String> moved(
            Duration longest,
            Duration usual,
            Connection connection,
            SubjectTable table,
            String from,
            String to,
            Collection<String> ids)
            throws SQLException {
        Set<String> moved = new HashSet<>();
        String sql = """
                SAVEPOINT moves; %6$s; %7$s;
                WITH free AS MATERIALIZED (
                    SELECT %1$s FROM %2$s WHERE %1$s = ANY (CAST(? AS %3$s[])) AND %4$s = CAST(? AS %5$s)
                       FOR NO KEY UPDATE SKIP LOCKED
                )
                UPDATE %2$s AS t SET %4$s = CAST(? AS %5$s) FROM free
                 WHERE t.%1$s = free.%1$s AND t.%4$s = CAST(? AS %5$s)
                RETURNING CAST(t.%1$s AS text);
                RELEASE SAVEPOINT moves; %8$s; %9$s""".formatted(
                        table.key(),
                        table.table(),
                        table.keyType(),
                        table.status(),
                        table.statusType(),
                        limits(A_MOMENT, longest),
                        Preamble.AS_USERS_PLAN,
                        limits(Database.LOCK_TIMEOUT, usual),
                        Preamble.AS_WE_PLAN);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray(String[]::new)));
            statement.setString(2, from);
            statement.setString(3, to);
            statement.setString(4, from);
            boolean rows = statement.execute();
            while (!rows) {
                rows = statement.getMoreResults();
            }
            try (ResultSet row = statement.getResultSet()) {
                while (row.next()) {
                    moved.add(row.getString(1));
                }
            }
        } catch (SQLException hindered) {
            if (SqlFaults.isLock(hindered) || SqlFaults.isTimeout(hindered)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("ROLLBACK TO SAVEPOINT moves; RELEASE SAVEPOINT moves");
                }
            }
            throw hindered;
        }
        return moved;
    }

    private static Map<String, String> statuses(Connection connection, SubjectTable table, Collection<String> ids)
            throws SQLException {
        Map<String, String> statuses = new HashMap<>();
        String sql = "SELECT CAST(%1$s AS text), CAST(%4$s AS text) FROM %2$s WHERE %1$s = ANY (CAST(? AS %3$s[]))"
                .formatted(table.key(), table.table(), table.keyType(), table.status());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray(String[]::new)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    statuses.put(row.getString(1), row.getString(2));
                }
            }
        }
        return statuses;
    }
}
