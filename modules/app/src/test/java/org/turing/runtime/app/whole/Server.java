package org.turing.runtime.app.whole;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.embedded.EmbeddedPostgres;

/**
 * One embedded PostgreSQL for every test class of this package; each test has a database of its own in it. Tests that
 * stop their server, or want other settings of it, have one apart.
 */
final class Server implements AutoCloseable {

    private static final String TEMPLATE = "whole_template";

    private final Path folder;
    private final EmbeddedPostgres.Options options;
    private EmbeddedPostgres postgres;
    private int databases;

    private Server(Path folder, Map<String, String> settings) throws SQLException, DatabaseFault {
        this.folder = folder;
        this.options = EmbeddedPostgres.Options.defaults().withSettings(settings);
        this.postgres = EmbeddedPostgres.start(folder, options);
        execute("CREATE DATABASE " + TEMPLATE);
        try (Database template = Database.connect(DatabaseSettings.of(uri(TEMPLATE), null, null, "turing"))) {
            template.migrate();
        }
    }

    static Server of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(Server.class))
                .getOrComputeIfAbsent(Server.class, key -> start(), Server.class);
    }

    private static Server start() {
        try {
            return apart(Files.createTempDirectory("whole-system-server"), Map.of());
        } catch (IOException failure) {
            throw new UncheckedIOException("no folder for the tests' server", failure);
        }
    }

    /** A server that its starter closes. */
    static Server apart(Path folder, Map<String, String> settings) {
        try {
            return new Server(folder, settings);
        } catch (SQLException | DatabaseFault failure) {
            throw new IllegalStateException("no server for the tests: " + failure.getMessage(), failure);
        }
    }

    /** Makes a database with the runtime's schema and nothing else; returns its name. */
    synchronized String newDatabase() throws SQLException {
        String name = "whole" + ++databases;
        execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
        return name;
    }

    void drop(String database) throws SQLException {
        execute("DROP DATABASE " + database + " WITH (FORCE)");
    }

    /** Where its data and its log are. */
    Path folder() {
        return folder;
    }

    /** Ends the server in order: sessions are told to go. */
    synchronized void stop() {
        postgres.close();
    }

    /** Starts it again on its port, after it was stopped or killed. */
    synchronized void startAgain() {
        int port = postgres.port();
        postgres.close();
        postgres = EmbeddedPostgres.start(folder, options);
        if (postgres.port() != port) {
            throw new IllegalStateException("port " + port + " was taken meanwhile");
        }
    }

    int port() {
        return postgres.port();
    }

    /** The pid of its main process. */
    long postmaster() throws IOException {
        return postmaster(folder);
    }

    /** The same of a server with its data in some folder. */
    static long postmaster(Path folder) throws IOException {
        return Long.parseLong(Files.readAllLines(folder.resolve("postgres/postmaster.pid"))
                .get(0)
                .strip());
    }

    /** Runs a statement in the server's own database. */
    void execute(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A database's address, with the owner's login. */
    String uri(String database) {
        return postgres.uri().replaceAll("/[^/]+$", "/" + database);
    }

    /** A database's address with another login. */
    String uri(String database, String user, String password) {
        return "postgresql://" + user + ":" + password + "@127.0.0.1:" + postgres.port() + "/" + database;
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl().replaceAll("/[^/]+$", "/" + database), postgres.user(), postgres.password());
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        WholeSystem.delete(folder);
    }
}
