package org.turing.runtime.bench.contenders;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A loop over one connection that has its jobs in a table of its own, and claims and completes batches of them. */
public abstract class BatchLoop implements JobLoop {

    private final Connection connection;

    /** @param table a statement that creates the table {@code jobs} */
    protected BatchLoop(String table) throws SQLException {
        Place place = Place.fromEnvironment();
        this.connection = DriverManager.getConnection(place.url(), place.user(), place.password());
        connection.setAutoCommit(false);
        commit(table);
    }

    /** A statement that claims as many jobs as its parameter says, the first ones first. */
    protected static String claim(String returned) {
        return """
                UPDATE jobs SET state = 1
                  FROM (SELECT id FROM jobs WHERE state = 0 ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED) AS next
                 WHERE jobs.id = next.id
                RETURNING\s""" + returned;
    }

    protected final Connection connection() {
        return connection;
    }

    /** A statement that adds jobs of these numbers. */
    protected abstract String insert(long first, int jobs);

    @Override
    public final void enqueue(long first, int jobs) throws SQLException {
        commit(insert(first, jobs));
    }

    private void commit(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
