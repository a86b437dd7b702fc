package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.ClusterRow;
import org.turing.runtime.ports.LeaseLapsed;

/** The row of {@code cluster}; whoever asks for it locks it first, so that they ask one after another. */
public final class JdbcClusterRow implements ClusterRow {

    private final Database database;

    public JdbcClusterRow(Database database) {
        this.database = database;
    }

    @Override
    public Standing take(long runtimeId, Set<Long> membersOfMine) throws LeaseLapsed {
        Standing standing = database.transaction(connection -> taken(connection, runtimeId, membersOfMine));
        if (standing == null) {
            throw new LeaseLapsed("the lease of runtime " + runtimeId + " has lapsed: it speaks for no cluster");
        }
        return standing;
    }

    /** Null if the asker's own lease has lapsed. */
    private @Nullable Standing taken(Connection connection, long runtimeId, Set<Long> membersOfMine)
            throws SQLException {
        Long holder = lock(connection);
        if (holder != null && holder != runtimeId && !membersOfMine.contains(holder)) {
            Standing other = standing(connection, holder);
            if (other != null) {
                return other;
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                UPDATE turing.cluster
                   SET taken_at = CASE WHEN runtime_id = ? THEN taken_at ELSE clock_timestamp() END, runtime_id = ?
                 WHERE EXISTS (SELECT FROM turing.runtimes
                                WHERE runtime_id = ? AND ended_at IS NULL AND lease_until > clock_timestamp())"""))) {
            statement.setLong(1, runtimeId);
            statement.setLong(2, runtimeId);
            statement.setLong(3, runtimeId);
            return statement.executeUpdate() == 1 ? new Standing.Held() : null;
        }
    }

    private @Nullable Long lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(database.inSchema("INSERT INTO turing.cluster DEFAULT VALUES ON CONFLICT DO NOTHING"));
            try (ResultSet row =
                    statement.executeQuery(database.inSchema("SELECT runtime_id FROM turing.cluster FOR UPDATE"))) {
                row.next();
                long holder = row.getLong(1);
                return row.wasNull() ? null : holder;
            }
        }
    }

    /** Null if it has ended or its lease has lapsed; it has not while it renews it at this moment. */
    private @Nullable Standing standing(Connection connection, long holder) throws SQLException {
        try (PreparedStatement lapsed = connection.prepareStatement(database.inSchema("""
                        SELECT FROM turing.runtimes
                         WHERE runtime_id = ? AND (ended_at IS NOT NULL OR lease_until <= clock_timestamp())
                           FOR NO KEY UPDATE SKIP LOCKED"""));
                PreparedStatement named = connection.prepareStatement(
                        database.inSchema("SELECT host, pid FROM turing.runtimes WHERE runtime_id = ?"))) {
            lapsed.setLong(1, holder);
            named.setLong(1, holder);
            try (ResultSet over = lapsed.executeQuery();
                    ResultSet row = named.executeQuery()) {
                return over.next() || !row.next()
                        ? null
                        : new Standing.HeldBy(holder, row.getString(1), row.getLong(2));
            }
        }
    }

    @Override
    public void release(long runtimeId) {
        database.transaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema(
                    "UPDATE turing.cluster SET runtime_id = NULL, taken_at = NULL WHERE runtime_id = ?"))) {
                statement.setLong(1, runtimeId);
                return statement.executeUpdate();
            }
        });
    }
}
