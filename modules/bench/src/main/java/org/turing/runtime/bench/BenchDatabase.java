package org.turing.runtime.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.turing.runtime.embedded.EmbeddedPostgres;
import org.turing.runtime.embedded.EmbeddedPostgres.Options;

/**
 * A PostgreSQL in a folder of its own, external to what is measured: durable, and keeping the time of each commit
 * unless told otherwise.
 */
public final class BenchDatabase implements AutoCloseable {

    /** What the benchmark's own statements begin with. */
    public static final String MARK = "/* bench */ ";

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration LONGEST_END = Duration.ofSeconds(30);

    private final Path folder;
    private final EmbeddedPostgres server;
    /** Whoever ends a benchmark with Ctrl-C or kill must not find servers and runtimes left. */
    private final Thread whenEnded = new Thread(this::endAll, "end of the benchmark");

    private Connection connection;
    private long asked;

    private BenchDatabase(Path folder, EmbeddedPostgres server, Connection connection) {
        this.folder = folder;
        this.server = server;
        this.connection = connection;
    }

    /** Starts the server in a new folder, which is removed at the end. */
    public static BenchDatabase start() throws IOException, SQLException {
        return start(Map.of());
    }

    /** The same with further settings of the server. */
    public static BenchDatabase start(Map<String, String> settings) throws IOException, SQLException {
        Path folder = Files.createTempDirectory("turing-bench");
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("track_commit_timestamp", "on");
        EmbeddedPostgres server = EmbeddedPostgres.start(
                folder.resolve("database"), Options.defaults().withSettings(all));
        BenchDatabase database = new BenchDatabase(
                folder, server, DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password()));
        Runtime.getRuntime().addShutdownHook(database.whenEnded);
        return database;
    }

    /** A folder beside the server's, for what is measured. */
    public Path folder() {
        return folder;
    }

    /** How the program is told of this database. */
    public Map<String, String> environment() {
        return Map.of(
                "TURING_DB_URL", server.jdbcUrl(),
                "TURING_DB_USER", server.user(),
                "TURING_DB_PASSWORD", server.password());
    }

    /** How PostgreSQL's own programs are told of it. */
    public Map<String, String> libpqEnvironment() {
        return Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(server.port()),
                "PGDATABASE", "turing",
                "PGUSER", server.user(),
                "PGPASSWORD", server.password());
    }

    /** A session of its own, for one thread. */
    public Connection session() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }

    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            asked++;
            statement.execute(MARK + sql);
        }
    }

    /** The first column of every row. */
    public List<Long> numbers(String sql, Object... parameters) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(MARK + sql)) {
            asked++;
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    numbers.add(row.getLong(1));
                }
            }
        }
        return numbers;
    }

    /** Rows of a text and a number. */
    public Map<String, Long> counts(String sql) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            asked++;
            try (ResultSet row = statement.executeQuery(MARK + sql)) {
                while (row.next()) {
                    counts.put(row.getString(1), row.getLong(2));
                }
            }
        }
        return counts;
    }

    /** The answer of a query for one boolean. */
    public boolean holds(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MARK + sql)) {
            asked++;
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The server's version. */
    public String version() throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    /** Ends all other sessions and removes all that users made, so that the next one finds what the first one found. */
    public void empty() throws SQLException {
        execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        execute("""
                DO $$
                DECLARE schema_name text;
                BEGIN
                    FOR schema_name IN SELECT nspname FROM pg_namespace
                                        WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' LOOP
                        EXECUTE format('DROP SCHEMA %I CASCADE', schema_name);
                    END LOOP;
                    CREATE SCHEMA public;
                END $$""");
        execute("CHECKPOINT");
    }

    /** How many statements, each a transaction, were executed so far by the methods above. */
    public long asked() {
        return asked;
    }

    /** The server's clock, in µs since 1970. */
    public long now() throws SQLException {
        return numbers("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
                .get(0);
    }

    /** The server's main process, whose children are its others. */
    public ProcessHandle server() throws IOException {
        List<String> file = Files.readAllLines(folder.resolve("database/postgres/postmaster.pid"));
        return ProcessHandle.of(Long.parseLong(file.get(0).strip()))
                .orElseThrow(() -> new IOException("PostgreSQL has ended"));
    }

    /** Sends the server's main process a signal, and waits until it is gone. */
    public void stop(String signal) throws IOException, InterruptedException {
        ProcessHandle postmaster = server();
        Shell.run(List.of("kill", "-" + signal, Long.toString(postmaster.pid())), Map.of());
        postmaster.onExit().join();
    }

    /** Starts the server again on its port; returns whether it had ended. */
    public boolean startAgain() {
        return server.revive();
    }

    /** Returns as soon as the server accepts a connection. */
    public void reconnect() throws IOException, SQLException {
        connection.close();
        Waiting.until(LONGEST_START, "a connection", () -> {
            try {
                connection = session();
                return true;
            } catch (SQLException notYet) {
                return false;
            }
        });
    }

    private void endAll() {
        List<ProcessHandle> processes = ProcessHandle.current().descendants().toList();
        processes.forEach(ProcessHandle::destroy);
        processes.forEach(process -> process.onExit()
                .completeOnTimeout(process, LONGEST_END.toSeconds(), TimeUnit.SECONDS)
                .join());
        remove();
    }

    private void remove() {
        server.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("folder " + folder + " could not be removed", failure);
        }
    }

    @Override
    public void close() throws SQLException {
        Runtime.getRuntime().removeShutdownHook(whenEnded);
        connection.close();
        remove();
    }
}
