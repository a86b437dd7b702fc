package org.turing.runtime.bench.contenders;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * What a job of the workload {@code status} does where the library leaves it to the job: one committed update of one
 * row.
 */
final class ItemUpdate {

    private ItemUpdate() {}

    static void done(DataSource pool, long id) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE items SET status = 'done' WHERE id = ?")) {
            update.setLong(1, id);
            update.executeUpdate();
        }
    }
}
