package org.turing.runtime.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL server that belongs to a data folder. It listens on loopback only, asks for a password, and keeps
 * what was committed through crashes of the runtime, of itself and of the machine.
 *
 * <p>The server is a process of its own and outlives a runtime that is killed: the next start on the folder takes it
 * over (see {@link #adopted}), or ends it where it can't serve. A first start takes some seconds, a later one about
 * one.
 *
 * <p>Tested on Linux, amd64. Linux on arm64 and macOS are untested, Windows is not supported. The server of root, or of
 * a user without a name, runs as nobody.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final int ANY_PORT = 0;
    private static final String DATABASE = "turing";

    /** The superuser, fixed when the folder is initialised. */
    private static final String USER = "turing";

    /** How long the server may take to accept connections, recovery included. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    /** Nothing here trades safety for speed. Whoever wants that must say so in {@link Options#settings}. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("shared_buffers", "128MB"),
            Map.entry("max_connections", "100"),
            // Compiling a plan takes longer than the short queries of a queue.
            Map.entry("jit", "off"),
            Map.entry("cluster_name", "turing-runtime"),
            Map.entry("log_checkpoints", "off"),
            Map.entry("log_line_prefix", "%m [%p] "));

    private final ServerLogin login;
    private final int port;
    private final boolean adopted;
    private final ServerControl control;
    private final Map<String, String> settings;
    private final @Nullable DataFolder ownFolder;
    private @Nullable ServerWatch watch;
    private boolean closed;

    private EmbeddedPostgres(
            ServerLogin login,
            int port,
            boolean adopted,
            ServerControl control,
            Map<String, String> settings,
            @Nullable DataFolder ownFolder) {
        this.login = login;
        this.port = port;
        this.adopted = adopted;
        this.control = control;
        this.settings = settings;
        this.ownFolder = ownFolder;
    }

    /**
     * How to start.
     *
     * @param settings server settings beyond the defaults, or in their place, by PostgreSQL's names
     */
    public record Options(Map<String, String> settings) {

        public Options {
            settings = Map.copyOf(settings);
        }

        /** No further settings. */
        public static Options defaults() {
            return new Options(Map.of());
        }

        public Options withSettings(Map<String, String> changed) {
            return new Options(changed);
        }
    }

    /**
     * Takes the folder, as {@link DataFolder#open} does, starts its server, and gives the folder free again when
     * closed.
     *
     * @throws DataFolderFailure if the folder can't be used or is in use
     * @throws EmbeddedPostgresFailure if the server can't be brought up
     */
    public static EmbeddedPostgres start(Path folder, Options options) {
        DataFolder own = DataFolder.open(folder);
        try {
            return start(own, options, own);
        } catch (RuntimeException failure) {
            own.close();
            throw failure;
        }
    }

    /**
     * Starts the server of a folder that is held already, and is to be held until the server is closed.
     *
     * @throws EmbeddedPostgresFailure if the server can't be brought up
     */
    public static EmbeddedPostgres start(DataFolder folder, Options options) {
        return start(folder, options, null);
    }

    private static EmbeddedPostgres start(DataFolder held, Options options, @Nullable DataFolder own) {
        PostgresBinaries binaries = PostgresBinaries.unpacked(
                Platform.current(), PostgresBinaries.userCache(), held.path().resolve("cache"));
        ServerFolder folder = new ServerFolder(held.path());
        try {
            ServerPrograms programs = ServerPrograms.forCurrentUser(binaries, folder);
            ServerControl control = new ServerControl(folder, programs);
            folder.removeRubbish();
            if (!folder.isInitialised()) {
                folder.initialise(programs, USER);
            }
            folder.requireVersion(binaries);
            ServerLogin login = new ServerLogin(DATABASE, USER, folder.password());
            Map<String, String> settings = settings(options);
            Optional<Integer> serving =
                    folder.hasSettings(settings) ? login.serving(folder, control, binaries) : Optional.empty();
            int port = serving.isPresent() ? serving.get() : control.start(settings, START_LIMIT, ANY_PORT);
            try {
                login.createDatabase(port);
            } catch (SQLException failure) {
                control.stop();
                throw login.refused(folder, failure);
            }
            log.info("PostgreSQL {} {} on port {}", binaries.serverVersion(), verb(serving.isPresent()), port);
            return new EmbeddedPostgres(login, port, serving.isPresent(), control, settings, own);
        } catch (IOException failure) {
            throw new EmbeddedPostgresFailure(
                    "the database in " + held.path() + " can't be started: " + failure
                            + ". Next: look for a full disk or changed rights",
                    failure);
        }
    }

    /** Whether the server was left behind by an earlier runtime and taken over as it ran. */
    public boolean adopted() {
        return adopted;
    }

    /** The address for JDBC, without user and password. */
    public String jdbcUrl() {
        return ServerLogin.jdbcUrl(port, login.database());
    }

    /** The address with user and password, as psql and psycopg2 take it. Keep it out of logs. */
    public String uri() {
        return "postgresql://" + user() + ":" + password() + "@" + ServerControl.HOST + ":" + port + "/"
                + login.database();
    }

    public String user() {
        return login.user();
    }

    public String password() {
        return login.password();
    }

    /** On 127.0.0.1; the same at the next start if it is still free then. */
    public int port() {
        return port;
    }

    /**
     * Starts the server again if it has ended by itself, as it does when memory runs out, on the same port, so that
     * connection pools find it. Takes as long as the recovery; ask when connections fail.
     *
     * @return whether it had ended
     * @throws EmbeddedPostgresFailure if it does not come up; asking again later is fine
     * @throws IllegalStateException after {@link #close}
     */
    public synchronized boolean revive() {
        if (closed) {
            throw new IllegalStateException("the embedded PostgreSQL on port " + port + " is closed");
        }
        try {
            if (control.isRunning()) {
                return false;
            }
            log.warn("PostgreSQL on port {} has ended by itself and is started again", port);
            control.start(settings, START_LIMIT, port);
            return true;
        } catch (IOException failure) {
            throw new EmbeddedPostgresFailure("the embedded PostgreSQL can't be started again: " + failure, failure);
        }
    }

    /**
     * From now on until it is closed, the server is started again by itself whenever it has ended, on the same port:
     * nobody else would do it. Calling twice does no harm.
     */
    public synchronized void keepRunning() {
        if (watch == null && !closed) {
            watch = ServerWatch.begin(this::revive, "turing-postgres-" + port);
        }
    }

    /**
     * Stops the server and waits for its end; open transactions are rolled back. Closing twice does no harm.
     *
     * @throws EmbeddedPostgresFailure if it can't be ended; the folder is given free all the same
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (watch != null) {
            watch.close();
        }
        try {
            control.stop();
        } catch (IOException failure) {
            throw new EmbeddedPostgresFailure("the embedded PostgreSQL can't be ended: " + failure, failure);
        } finally {
            if (ownFolder != null) {
                ownFolder.close();
            }
        }
    }

    private static Map<String, String> settings(Options options) {
        Map<String, String> settings = new TreeMap<>(SETTINGS);
        settings.putAll(options.settings());
        return settings;
    }

    private static String verb(boolean adopted) {
        return adopted ? "taken over" : "started";
    }
}
