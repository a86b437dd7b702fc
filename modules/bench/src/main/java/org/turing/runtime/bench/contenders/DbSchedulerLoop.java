package org.turing.runtime.bench.contenders;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** db-scheduler in its own process. Argument: workload. */
final class DbSchedulerLoop implements JobLoop {

    static final int THREADS = 10;

    /** As its documentation advises for a high throughput, in which threads are kept busy. */
    static final double FETCH_AGAIN_BELOW = 1.0;

    static final double FETCH_UP_TO = 4.0;

    /** A thread each, and those that poll and keep house. */
    static final int CONNECTIONS = THREADS + 2;

    private static final String TABLE = """
            CREATE TABLE scheduled_tasks (
                task_name text NOT NULL, task_instance text NOT NULL, task_data bytea, execution_time timestamptz NOT NULL,
                picked boolean NOT NULL, picked_by text, last_success timestamptz, last_failure timestamptz,
                consecutive_failures integer, last_heartbeat timestamptz, version bigint NOT NULL, priority smallint,
                PRIMARY KEY (task_name, task_instance));
            CREATE INDEX ON scheduled_tasks (execution_time);
            CREATE INDEX ON scheduled_tasks (last_heartbeat)""";

    private final HikariDataSource pool;
    private final Workload workload;
    private final OneTimeTask<Void> task;
    private final Scheduler scheduler;
    private final AtomicReference<Began> began = new AtomicReference<>();
    private boolean started;

    private DbSchedulerLoop(HikariDataSource pool, Workload workload) throws SQLException {
        this.pool = pool;
        this.workload = workload;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
        }
        this.task = Tasks.oneTime("job").execute((job, context) -> run(job));
        this.scheduler = Scheduler.create(pool, task)
                .threads(THREADS)
                .pollUsingLockAndFetch(FETCH_AGAIN_BELOW, FETCH_UP_TO)
                .build();
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        JobLoop.obey(
                new DbSchedulerLoop(Pool.open(Place.fromEnvironment(), CONNECTIONS), Workload.titled(arguments[0])));
    }

    private void run(TaskInstance<Void> job) {
        began.get().now();
        if (workload == Workload.STATUS) {
            try {
                ItemUpdate.done(pool, Long.parseLong(job.getId()));
            } catch (SQLException failure) {
                throw new UncheckedIOException(new IOException(failure));
            }
        }
    }

    /** A microsecond apart and all of them due, so that they are taken in the order of their numbers. */
    @Override
    public void enqueue(long first, int jobs) {
        scheduler.pause();
        Instant due = Instant.now().minusSeconds(1);
        Stream<SchedulableInstance<?>> instances = LongStream.range(0, jobs)
                .mapToObj(i -> SchedulableInstance.of(
                        task.instance(Long.toString(first + i)), due.minusNanos(1000 * (jobs - i))));
        scheduler.scheduleBatch(instances);
    }

    @Override
    public void work(Began first) {
        began.set(first);
        scheduler.resume();
        if (started) {
            scheduler.triggerCheckForDueExecutions();
        } else {
            scheduler.start();
            started = true;
        }
    }

    @Override
    public void close() {
        scheduler.stop();
        pool.close();
    }
}
