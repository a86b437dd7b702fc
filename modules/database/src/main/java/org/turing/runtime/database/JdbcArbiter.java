package org.turing.runtime.database;

import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.Set;
import org.turing.runtime.ports.Arbiter;

/** The row of {@code arbiter}. */
public final class JdbcArbiter implements Arbiter {

    private static final double MILLIS = 1000.0;

    private final Database database;

    public JdbcArbiter(Database database) {
        this.database = database;
    }

    @Override
    public boolean take(String node, Set<String> mine, Duration stands) {
        return database.transaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    INSERT INTO turing.arbiter AS a (node, stands_until)
                    VALUES (?, clock_timestamp() + make_interval(secs => ?))
                    ON CONFLICT (only_row) DO UPDATE
                       SET node = EXCLUDED.node, stands_until = EXCLUDED.stands_until
                     WHERE a.node = EXCLUDED.node OR a.node = ANY (?) OR a.stands_until <= clock_timestamp()"""))) {
                statement.setString(1, node);
                statement.setDouble(2, stands.toMillis() / MILLIS);
                statement.setArray(3, connection.createArrayOf("text", mine.toArray()));
                return statement.executeUpdate() == 1;
            }
        });
    }

    @Override
    public void release(String node) {
        database.transaction(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(database.inSchema("DELETE FROM turing.arbiter WHERE node = ?"))) {
                statement.setString(1, node);
                return statement.executeUpdate();
            }
        });
    }
}
