package org.turing.runtime.app.access;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.embedded.DataFolderInUse;
import org.turing.runtime.embedded.RunningRuntime;

/** The database for as long as a command takes. */
public final class CommandDatabase implements AutoCloseable {

    /** Another command may hold the data folder: they end by themselves. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final DatabaseSettings settings;
    private final boolean embedded;
    private final @Nullable DataFolder folder;
    private final @Nullable EmbeddedDatabase server;

    private CommandDatabase(
            DatabaseSettings settings,
            boolean embedded,
            @Nullable DataFolder folder,
            @Nullable EmbeddedDatabase server) {
        this.settings = settings;
        this.embedded = embedded;
        this.folder = folder;
        this.server = server;
    }

    /**
     * Finds the database, and starts it where that is this command's affair. An embedded database has its schema
     * afterwards; another one is left as it is.
     *
     * @throws NoDatabase if a runtime holds the data folder and uses a database that the settings do not name
     * @throws DatabaseFault if the embedded server can't serve
     */
    public static CommandDatabase open(Settings settings) throws NoDatabase, DatabaseFault {
        DatabaseSettings external = settings.database().external();
        if (external != null) {
            return new CommandDatabase(external, false, null, null);
        }
        Instant giveUp = Instant.now().plus(PATIENCE);
        while (true) {
            Optional<RunningRuntime> running = DataFolder.findRunning(settings.data());
            if (running.isPresent()) {
                return ofRuntime(settings, running.get());
            }
            try {
                return start(settings);
            } catch (DataFolderInUse inUse) {
                if (inUse.pid().isEmpty() || Instant.now().isAfter(giveUp)) {
                    throw inUse;
                }
                awaitEnd(inUse.pid().getAsLong());
            }
        }
    }

    /** Where the database is. */
    public DatabaseSettings settings() {
        return settings;
    }

    /** Whether it is the embedded one. */
    public boolean isEmbedded() {
        return embedded;
    }

    /** The pools, for more than a single connection. */
    public Database connect() throws DatabaseFault {
        return Database.connect(settings);
    }

    /** The same without the login for work_queries, which need not be there yet. */
    public Database connectAsUser() throws DatabaseFault {
        return Database.connect(settings.withReader(null));
    }

    /**
     * A connection of the user's own, in auto-commit mode.
     *
     * @throws DatabaseFault if the database can't serve, in the words of whoever configured it
     */
    public Connection connection() throws SQLException, DatabaseFault {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "turing");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("prepareThreshold", "0"); // behind a pooler the next session would not know it
        if (settings.user() != null) {
            properties.setProperty("user", settings.user());
        }
        if (settings.password() != null) {
            properties.setProperty("password", settings.password());
        }
        try {
            return DriverManager.getConnection(settings.jdbcUrl(), properties);
        } catch (SQLException refused) {
            connectAsUser().close();
            throw refused;
        }
    }

    @Override
    public void close() {
        try {
            if (server != null) {
                server.close();
            }
        } finally {
            if (folder != null) {
                folder.close();
            }
        }
    }

    private static CommandDatabase ofRuntime(Settings settings, RunningRuntime running)
            throws NoDatabase, DatabaseFault {
        if (running.databaseUri() == null) {
            throw new NoDatabase("the runtime of data folder " + settings.data() + " (pid " + running.pid()
                    + ") uses a database of its own, and this command does not know it."
                    + " Fix: give the command the runtime's --config or TURING_DB_URL");
        }
        return new CommandDatabase(settings.database().at(running.databaseUri()), true, null, null);
    }

    private static CommandDatabase start(Settings settings) throws DatabaseFault {
        DataFolder folder = DataFolder.open(settings.data());
        try {
            EmbeddedDatabase server = EmbeddedDatabase.start(folder, settings.database());
            return new CommandDatabase(server.settings(), true, folder, server);
        } catch (DatabaseFault | RuntimeException failure) {
            folder.close();
            throw failure;
        }
    }

    private static void awaitEnd(long pid) {
        try {
            ProcessHandle holder = ProcessHandle.of(pid).orElse(null);
            if (holder != null) {
                holder.onExit().get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException stillThere) {
            // look again: it may have become a runtime meanwhile
        } catch (ExecutionException cannotTell) {
            throw new IllegalStateException("can't wait for process " + pid, cannotTell);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for process " + pid, interrupted);
        }
    }
}
