package org.turing.runtime.app.program;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.actors.Ports;
import org.turing.runtime.actors.RunSettings;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.actors.RuntimeActors;
import org.turing.runtime.app.access.EmbeddedDatabase;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.app.settings.WorkSettings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.embedded.RunningRuntime;
import org.turing.runtime.monitoring.http.HttpApi;
import org.turing.runtime.monitoring.jmx.JmxRegistration;
import org.turing.runtime.monitoring.jmx.JmxServer;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.scripts.LocalScriptHost;

/**
 * A runtime from the taking of its data folder to the giving back: data folder, database, scripts, actors, HTTP API and
 * JMX, opened in this order and closed in the opposite one.
 */
public final class RuntimeProgram implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RuntimeProgram.class);
    private static final String JMX_HOST = "127.0.0.1";
    private static final int TOKEN_BYTES = 32;
    private static final Duration LAST_WORDS = Duration.ofSeconds(20);

    private final Opened opened = new Opened();
    private final Settings settings;
    private final Assignment assignment;
    private final String version;

    private @Nullable DatabaseSettings database;
    private @Nullable RuntimeActors actors;

    private RuntimeProgram(Settings settings, Assignment assignment, String version) {
        this.settings = settings;
        this.assignment = assignment;
        this.version = version;
    }

    /**
     * Starts a runtime; returns once it works and the command line can find it.
     *
     * @param version the program's version, for status
     * @throws CannotStart if it can't do what it is asked; what was opened is closed again
     * @throws DatabaseFault if the database can't be used
     */
    public static RuntimeProgram start(Settings settings, Assignment assignment, String version)
            throws CannotStart, DatabaseFault {
        RuntimeProgram program = new RuntimeProgram(settings, assignment, version);
        try {
            program.open();
            return program;
        } catch (CannotStart | DatabaseFault | RuntimeException failure) {
            program.close();
            throw failure;
        }
    }

    /** What may be asked of it. */
    public RuntimeControl control() {
        return running().control();
    }

    /** Completes once it has left: it was asked to stop, or nothing was left to do. */
    public CompletionStage<RunSummary> whenDone() {
        return running().whenDone();
    }

    /** The database that it uses. */
    public DatabaseSettings database() {
        DatabaseSettings used = database;
        if (used == null) {
            throw new IllegalStateException("the runtime has not started");
        }
        return used;
    }

    /** Closes everything; ends what still runs, in order as far as that takes less than half a minute. */
    @Override
    public void close() {
        opened.close();
    }

    private void open() throws CannotStart, DatabaseFault {
        DataFolder folder = opened.add("the data folder", DataFolder.open(settings.data()));
        DatabaseSettings external = settings.database().external();
        DatabaseSettings place = external != null
                ? external
                : opened.add("the embedded database", EmbeddedDatabase.start(folder, settings.database()))
                        .settings();
        database = place;
        Database pools = opened.add("the database", Database.connect(place));
        if (external != null) {
            pools.migrate();
        }
        LocalScriptHost scripts = opened.add(
                "the script host", Machinery.scripts(settings, folder.path().resolve("run"), place));
        Ports ports = Machinery.ports(settings, folder, pools, scripts);
        List<String> missing = assignment.missing(ports.registry().read().taskTypes());
        if (!missing.isEmpty()) {
            throw new CannotStart(String.join("\n", missing), null);
        }
        RuntimeActors started = RuntimeActors.start(ports, runSettings(), config());
        actors = started;
        opened.add("the actors", () -> end(started));
        String token = newToken();
        HttpApi api = listen(started, token);
        opened.add("the HTTP API", () -> await(api.stop()));
        opened.add("JMX", JmxRegistration.start(started.control()));
        Integer jmxPort = settings.jmxPort();
        if (jmxPort != null) {
            opened.add("the JMX connector", JmxServer.start(JMX_HOST, jmxPort, token));
        }
        folder.announce(new RunningRuntime(
                ProcessHandle.current().pid(),
                api.address().getAddress().getHostAddress(),
                api.port(),
                token,
                external == null ? place.libpqUrl() : null));
        log.info(
                "turing-runtime {} runs on {}; data folder {}, scripts in {}",
                version,
                place.address(),
                folder.path(),
                settings.scripts().folder());
    }

    private RunSettings runSettings() {
        WorkSettings work = settings.work();
        RunSettings defaults = RunSettings.defaults(version, ThisMachine.ask().host());
        return new RunSettings(
                assignment.taskTypes(),
                assignment.pipeline(),
                assignment.limit(),
                assignment.subjects(),
                assignment.runOnce(),
                !assignment.byHandOnly(),
                defaults.version(),
                defaults.host(),
                defaults.cores(),
                work.pollShortest(),
                work.pollLongest(),
                defaults.registryPoll(),
                work.quantum(),
                defaults.claimAhead(),
                work.drainTimeout(),
                defaults.rescueEvery());
    }

    /** One thread for each connection: fewer would leave connections unused. */
    private Config config() {
        int connections =
                settings.database().ledgerConnections() + settings.database().queryConnections();
        return settings.config()
                .withValue(
                        "turing.dispatchers.database.thread-pool-executor.fixed-pool-size",
                        ConfigValueFactory.fromAnyRef(connections));
    }

    private HttpApi listen(RuntimeActors started, String token) throws CannotStart {
        try {
            return HttpApi.start(started.system(), settings.http(), started.control(), token)
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException failure) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new CannotStart(String.valueOf(cause.getMessage()), cause);
        }
    }

    /** Lets the actors say their last words; they end at once where they have been asked to stop before. */
    private static void end(RuntimeActors actors) throws InterruptedException {
        if (!actors.whenDone().toCompletableFuture().isDone()) {
            actors.control().stop(true);
        }
        await(actors.whenDone());
        await(actors.system().getWhenTerminated());
        actors.close();
    }

    private static void await(CompletionStage<?> end) throws InterruptedException {
        try {
            end.toCompletableFuture().get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            log.debug("ended with a failure", failure);
        } catch (TimeoutException unheard) {
            log.warn("it did not end within {} s", LAST_WORDS.toSeconds());
        }
    }

    private RuntimeActors running() {
        RuntimeActors started = actors;
        if (started == null) {
            throw new IllegalStateException("the runtime has not started");
        }
        return started;
    }

    private static String newToken() {
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        return HexFormat.of().formatHex(token);
    }
}
