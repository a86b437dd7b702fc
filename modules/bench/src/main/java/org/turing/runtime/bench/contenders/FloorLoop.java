package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection that claims a batch, commits, completes the batch, commits, and so on: what no queue can leave out
 * that keeps its jobs in PostgreSQL and survives its own end. A batch's status updates are one statement in the
 * transaction that completes it. Arguments: size of a batch, workload.
 */
final class FloorLoop implements JobLoop {

    private static final String CLAIM = """
            UPDATE jobs SET state = 1
              FROM (SELECT id FROM jobs WHERE state = 0 ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED) AS next
             WHERE jobs.id = next.id
            RETURNING jobs.id""";

    private final Connection connection;
    private final PreparedStatement claim;
    private final PreparedStatement complete;
    private final PreparedStatement move;
    private final boolean movesStatus;

    private FloorLoop(Connection connection, int batch, Workload workload) throws SQLException {
        this.connection = connection;
        this.movesStatus = workload == Workload.STATUS;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(JobTable.CREATE);
        }
        connection.commit();
        this.claim = connection.prepareStatement(CLAIM);
        claim.setInt(1, batch);
        this.complete = connection.prepareStatement("UPDATE jobs SET state = 2 WHERE id = ANY (?)");
        this.move = connection.prepareStatement("UPDATE items SET status = 'done' WHERE id = ANY (?)");
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        Place place = Place.fromEnvironment();
        JobLoop.obey(new FloorLoop(
                DriverManager.getConnection(place.url(), place.user(), place.password()),
                Integer.parseInt(arguments[0]),
                Workload.titled(arguments[1])));
    }

    @Override
    public void enqueue(long first, int jobs) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(JobTable.insert(first, jobs));
        }
        connection.commit();
    }

    @Override
    public void work(Began first) throws SQLException {
        first.now();
        for (List<Long> batch = claim(); !batch.isEmpty(); batch = claim()) {
            complete(batch);
        }
    }

    private List<Long> claim() throws SQLException {
        List<Long> batch = new ArrayList<>();
        try (ResultSet row = claim.executeQuery()) {
            while (row.next()) {
                batch.add(row.getLong(1));
            }
        }
        connection.commit();
        return batch;
    }

    private void complete(List<Long> batch) throws SQLException {
        var ids = connection.createArrayOf("bigint", batch.toArray());
        if (movesStatus) {
            move.setArray(1, ids);
            move.executeUpdate();
        }
        complete.setArray(1, ids);
        complete.executeUpdate();
        connection.commit();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
