package org.turing.runtime.bench.contenders;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection that claims a batch, commits, completes the batch, commits, and so on: what no queue can leave out
 * that keeps its jobs in PostgreSQL and survives its own end. A batch's status updates are one statement in the
 * transaction that completes it. Arguments: size of a batch, workload.
 */
final class FloorLoop extends BatchLoop {

    private final PreparedStatement claim;
    private final PreparedStatement complete;
    private final PreparedStatement move;
    private final boolean movesStatus;

    private FloorLoop(int batch, Workload workload) throws SQLException {
        super(JobTable.CREATE);
        this.movesStatus = workload == Workload.STATUS;
        this.claim = connection().prepareStatement(claim("jobs.id"));
        claim.setInt(1, batch);
        this.complete = connection().prepareStatement("UPDATE jobs SET state = 2 WHERE id = ANY (?)");
        this.move = connection().prepareStatement("UPDATE items SET status = 'done' WHERE id = ANY (?)");
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        JobLoop.obey(new FloorLoop(Integer.parseInt(arguments[0]), Workload.titled(arguments[1])));
    }

    @Override
    protected String insert(long first, int jobs) {
        return JobTable.insert(first, jobs);
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
        connection().commit();
        return batch;
    }

    private void complete(List<Long> batch) throws SQLException {
        var ids = connection().createArrayOf("bigint", batch.toArray());
        if (movesStatus) {
            move.setArray(1, ids);
            move.executeUpdate();
        }
        complete.setArray(1, ids);
        complete.executeUpdate();
        connection().commit();
    }
}
