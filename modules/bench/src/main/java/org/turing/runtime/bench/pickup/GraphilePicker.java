package org.turing.runtime.bench.pickup;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.TalkingProcess;
import org.turing.runtime.bench.Waiting;
import org.turing.runtime.bench.contenders.NodePeer;
import org.turing.runtime.bench.node.NodePrograms;

/**
 * graphile-worker, which is told of new jobs by LISTEN and NOTIFY. A job's own row is gone when it is done, so a row of
 * another table tells when its transaction was committed.
 */
final class GraphilePicker implements Picker, AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration LONGEST_PASS = Duration.ofSeconds(90);
    private static final String COMMITS = "graphile_commits";

    private final BenchDatabase database;
    private final Connection session;
    private final TalkingProcess worker;
    private final List<Long> handed = new ArrayList<>();

    private GraphilePicker(BenchDatabase database, Connection session, TalkingProcess worker) {
        this.database = database;
        this.session = session;
        this.worker = worker;
    }

    /** Starts a worker that listens. */
    static GraphilePicker start(NodePrograms programs, BenchDatabase database)
            throws IOException, SQLException, InterruptedException {
        database.execute("CREATE TABLE " + COMMITS + " (id bigint PRIMARY KEY)");
        TalkingProcess worker = TalkingProcess.spawn(
                programs.command(NodePeer.GRAPHILE_WORKER + ".js", "pick-up"),
                database.environment(),
                database.folder().resolve(NodePeer.GRAPHILE_WORKER + ".log"));
        try {
            worker.await("ready", LONGEST_START);
            worker.tell("work");
            Connection session = database.session();
            session.setAutoCommit(false);
            return new GraphilePicker(database, session, worker);
        } catch (IOException | SQLException | InterruptedException failure) {
            worker.close();
            throw failure;
        }
    }

    @Override
    public String title() {
        return "job added in another session, graphile-worker (NOTIFY)";
    }

    @Override
    public void pass(int row) throws IOException, SQLException, InterruptedException {
        try (Statement statement = session.createStatement()) {
            statement.execute("SELECT graphile_worker.add_job('pick-up', json_build_object('id', " + row + "))");
            statement.execute("INSERT INTO " + COMMITS + " VALUES (" + row + ")");
        }
        session.commit();
        handed.add(Long.parseLong(worker.await("handed", LONGEST_PASS)));
        Waiting.until(
                LONGEST_PASS,
                "the end of job " + row,
                () -> database.numbers("SELECT id FROM graphile_worker._private_jobs")
                        .isEmpty());
    }

    @Override
    public List<Long> waits() throws SQLException {
        List<Long> committed = database.numbers(
                "SELECT CAST(extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000 AS bigint) FROM " + COMMITS
                        + " ORDER BY id");
        List<Long> waits = new ArrayList<>();
        for (int row = 0; row < handed.size(); row++) {
            waits.add(handed.get(row) - committed.get(row));
        }
        return waits;
    }

    @Override
    public void close() throws IOException, SQLException {
        session.close();
        worker.close();
    }
}
