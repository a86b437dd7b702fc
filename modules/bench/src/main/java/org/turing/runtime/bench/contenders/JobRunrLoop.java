package org.turing.runtime.bench.contenders;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;
import org.jspecify.annotations.Nullable;

/** JobRunr in its own process. Argument: workload. */
public final class JobRunrLoop implements JobLoop {

    /** The shortest that it takes for a database. */
    static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

    /** Jobs are calls of static methods, so what they need is static too. */
    private static final AtomicReference<@Nullable JobRunrLoop> RUNNING = new AtomicReference<>();

    private final HikariDataSource pool;
    private final Workload workload;
    private final JobScheduler scheduler;
    private final BackgroundJobServer server;
    private final AtomicReference<Began> began = new AtomicReference<>();
    private boolean started;

    private JobRunrLoop(HikariDataSource pool, Workload workload) {
        this.pool = pool;
        this.workload = workload;
        BackgroundJobServerConfiguration configuration =
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                        .andPollInterval(POLL_INTERVAL);
        this.scheduler = JobRunr.configure()
                .useJsonMapper(new JacksonJsonMapper())
                .useStorageProvider(new PostgresStorageProvider(pool))
                .useBackgroundJobServer(configuration, false)
                .initialize()
                .getJobScheduler();
        this.server = JobRunr.getBackgroundJobServer();
        RUNNING.set(this);
    }

    public static void main(String[] arguments) throws IOException, SQLException {
        Place place = Place.fromEnvironment();
        JobLoop.obey(new JobRunrLoop(Pool.open(place, JobRunrContender.CONNECTIONS), Workload.titled(arguments[0])));
    }

    /** A job, called by JobRunr. */
    public static void run(Long id) throws SQLException {
        JobRunrLoop loop = RUNNING.get();
        if (loop == null) {
            throw new IllegalStateException("job " + id + " was called outside of the benchmark");
        }
        loop.began.get().now();
        if (loop.workload == Workload.STATUS) {
            ItemUpdate.done(loop.pool, id);
        }
    }

    @Override
    public void enqueue(long first, int jobs) {
        if (started) {
            server.pauseProcessing();
        }
        scheduler.enqueue(LongStream.range(first, first + jobs).boxed(), id -> run(id));
    }

    @Override
    public void work(Began first) {
        began.set(first);
        if (started) {
            server.resumeProcessing();
        } else {
            server.start();
            started = true;
        }
    }

    @Override
    public void close() {
        server.stop();
        pool.close();
    }
}
