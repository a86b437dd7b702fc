package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Tells every runtime, with the transaction's commit, that task types may find subjects that they could not claim
 * before.
 */
final class Wake {

    private Wake() {}

    static void taskTypes(Connection connection, Collection<Long> taskTypeIds) throws SQLException {
        if (taskTypeIds.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT pg_catalog.pg_notify('turing_wake', id) FROM unnest(CAST(? AS text[])) AS t (id)""")) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", taskTypeIds.stream().map(String::valueOf).toArray()));
            statement.execute();
        }
    }
}
