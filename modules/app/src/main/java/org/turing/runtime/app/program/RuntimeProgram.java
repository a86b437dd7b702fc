package org.turing.runtime.app.program;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.actors.Ports;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.actors.RuntimeActors;
import org.turing.runtime.actors.cluster.CannotListen;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.RunningRuntime;
import org.turing.runtime.monitoring.http.HttpApi;
import org.turing.runtime.monitoring.jmx.JmxRegistration;
import org.turing.runtime.monitoring.jmx.JmxServer;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.UnknownName;

/**
 * A runtime from the taking of its data folder to the giving back: data folder, database, scripts, actors, HTTP API and
 * JMX, opened in this order and closed in the opposite one.
 */
public final class RuntimeProgram implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RuntimeProgram.class);
    private static final String JMX_HOST = "127.0.0.1";
    private static final int TOKEN_BYTES = 32;

    private final Opened opened = new Opened();
    private final Settings settings;
    private final Assignment assignment;
    private final String version;
    private final FairWeather weather;

    private @Nullable RuntimeActors actors;

    private RuntimeProgram(Settings settings, Assignment assignment, String version, CompletionStage<?> leave) {
        this.settings = settings;
        this.assignment = assignment;
        this.version = version;
        this.weather = new FairWeather(leave);
    }

    /**
     * Starts a runtime; returns once it works and the command line can find it. A database that can't be reached or
     * can't serve now is waited for.
     *
     * @param version the program's version, for status
     * @param leave completes when the runtime is to end instead of waiting for its database
     * @throws CannotStart if it can't do what it is asked; what was opened is closed again
     * @throws UnknownName if what it is asked to run does not exist; likewise
     * @throws DatabaseFault if the database can't be used
     */
    public static RuntimeProgram start(
            Settings settings, Assignment assignment, String version, CompletionStage<?> leave)
            throws CannotStart, DatabaseFault {
        RuntimeProgram program = new RuntimeProgram(settings, assignment, version, leave);
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

    /** Closes everything; ends what still runs, in order as far as that takes less than half a minute. */
    @Override
    public void close() {
        opened.close();
    }

    private void open() throws CannotStart, DatabaseFault {
        Foundation foundation = opened.add("the foundation", Foundation.open(settings, weather));
        Ports ports = foundation.ports();
        assignment.refuseUnknown(weather.await(() -> ports.registry().read()));
        RuntimeActors started = startActors(foundation, ports);
        actors = started;
        opened.add("the actors", () -> ActorsEnd.of(started));
        String token = newToken();
        HttpApi api = listen(started, token);
        if (api == null) {
            return;
        }
        opened.add("the HTTP API", () -> ActorsEnd.await("the HTTP API's end", api.stop()));
        opened.add("JMX", JmxRegistration.start(started.control()));
        Integer jmxPort = settings.jmxPort();
        if (jmxPort != null) {
            opened.add("the JMX connector", JmxServer.start(JMX_HOST, jmxPort, token));
        }
        announce(foundation, api, token);
    }

    private RuntimeActors startActors(Foundation foundation, Ports ports) throws CannotStart {
        try {
            return RuntimeActors.start(
                    ports,
                    foundation.runSettings(assignment, version),
                    foundation.cluster(),
                    foundation.config(),
                    foundation.setup());
        } catch (CannotListen port) {
            throw new CannotStart(String.valueOf(port.getMessage()), port);
        }
    }

    /** From now on the command line finds this runtime. */
    private void announce(Foundation foundation, HttpApi api, String token) {
        boolean embedded = settings.database().external() == null;
        foundation
                .folder()
                .announce(new RunningRuntime(
                        ProcessHandle.current().pid(),
                        api.address().getAddress().getHostAddress(),
                        api.port(),
                        token,
                        embedded ? foundation.place().libpqUrl() : null));
        log.info(
                "turing-runtime {} runs on {}; data folder {}, scripts in {}",
                version,
                foundation.place().address(),
                foundation.folder().path(),
                settings.scripts().folder());
        if (foundation.isPooled()) {
            DatabaseSettings direct = foundation.place().direct();
            log.info(
                    "a pooler stands at {}: no session is relied upon; {}",
                    foundation.place().address(),
                    direct == null
                            ? "whether notifications come through it will be seen"
                            : "notifications go past it, from " + direct.address());
        }
    }

    /** The HTTP API; null if the runtime has left already, since there was little to do. */
    private @Nullable HttpApi listen(RuntimeActors started, String token) throws CannotStart {
        CompletableFuture<RunSummary> left = started.whenDone().toCompletableFuture();
        try {
            CompletableFuture<HttpApi> api = HttpApi.start(started.system(), settings.http(), started.control(), token)
                    .toCompletableFuture();
            CompletableFuture.anyOf(api, left).join();
            return api.isDone() ? api.join() : null;
        } catch (CompletionException | IllegalStateException failure) {
            if (left.isDone()) {
                return null;
            }
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new CannotStart(String.valueOf(cause.getMessage()), cause);
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
