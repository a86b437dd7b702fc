package org.turing.runtime.app.program;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.actors.RuntimeActors;
import org.turing.runtime.app.demo.Demo;
import org.turing.runtime.app.demo.DemoProgress;
import org.turing.runtime.app.demo.OwlData;
import org.turing.runtime.app.demo.OwlExample;
import org.turing.runtime.app.demo.OwlReport;
import org.turing.runtime.app.demo.PipelineRun;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.DatabaseSettings;

/** Runs the OWL example: one foundation for all of it, and for each run actors of its own. */
public final class DemoRun {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final Foundation foundation;
    private final StopSignals signals;
    private final String version;

    private DemoRun(Foundation foundation, StopSignals signals, String version) {
        this.foundation = foundation;
        this.signals = signals;
        this.version = version;
    }

    /**
     * Unpacks the example into the scripts folder, installs it in the database and runs it.
     *
     * @param settings with a data folder and a scripts folder of the demo's own, and the embedded database: the example
     *     drops what is in its way
     * @throws CannotStart if it can't be run to its end
     */
    public static OwlReport of(Settings settings, StopSignals signals, String version) throws Exception {
        OwlExample example = new OwlExample(OwlData.read(), settings.database().schema());
        Path scripts = settings.scripts().folder();
        example.unpack(scripts);
        try (Foundation foundation = Foundation.open(settings, new FairWeather(signals.first()))) {
            DataSource database = dataSource(foundation.place());
            install(example, database);
            DemoRun run = new DemoRun(foundation, signals, version);
            return new Demo(
                            example,
                            database,
                            settings.database().schema(),
                            run::untilNothingIsLeft,
                            DemoProgress.onStandardError())
                    .run();
        }
    }

    private static void install(OwlExample example, DataSource database) throws SQLException, IOException {
        try (Connection connection = database.getConnection()) {
            example.install(connection);
        }
    }

    private void untilNothingIsLeft(List<String> taskTypes, PipelineRun.Listener listener) throws Exception {
        Assignment assignment = new Assignment(Set.copyOf(taskTypes), null, 0, Set.of(), true, false);
        RuntimeActors actors = RuntimeActors.start(
                foundation.ports(),
                foundation.runSettings(assignment, version),
                foundation.cluster(),
                foundation.config(),
                foundation.setup());
        ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(DemoRun::daemon);
        RunSummary summary;
        try {
            signals.stops(actors.control());
            looking.scheduleWithFixedDelay(
                    () -> look(actors, listener), 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            summary = actors.whenDone().toCompletableFuture().join();
        } finally {
            looking.shutdownNow();
            ActorsEnd.of(actors);
        }
        if (signals.heard()) {
            throw new CannotStart("the demo was stopped before its end", null);
        }
        if (!summary.clean()) {
            throw new CannotStart(
                    "the demo could not be run to its end: "
                            + (summary.blocked().isEmpty()
                                    ? summary.dead() + " subjects died (see: ./turing --data "
                                            + foundation.folder().path() + " tickets --failed)"
                                    : String.join("; ", summary.blocked())),
                    null);
        }
    }

    private static void look(RuntimeActors actors, PipelineRun.Listener listener) {
        actors.control().status().thenAccept(status -> listener.progress(status.taskTypes()));
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "demo-progress");
        thread.setDaemon(true);
        return thread;
    }

    /** Plain connections. */
    static DataSource dataSource(DatabaseSettings place) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(place.jdbcUrl());
        source.setUser(place.user());
        source.setPassword(place.password());
        return source;
    }
}
