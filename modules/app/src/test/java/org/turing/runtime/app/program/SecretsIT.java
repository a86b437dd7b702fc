package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.app.program.ChildRuntime.Way;
import org.turing.runtime.embedded.EmbeddedPostgres;
import org.turing.runtime.embedded.RunningRuntime;

/** A pipeline runs with everything logged that can be; then its secrets are looked for wherever they could be. */
@EnabledOnOs(OS.LINUX)
class SecretsIT {

    /** The part of the password that every way of quoting leaves alone. */
    private static final String MARK = "recognisable4711";

    private static final String PASSWORD = "it/is@" + MARK + "?%'\"";
    private static final String QUOTED = "it%2Fis%40" + MARK + "%3F%25%27%22";

    /** Hands out all that a script can see. */
    private static final String TELLS_ALL = """
            import json, os, sys
            seen = {"environment": dict(os.environ), "arguments": sys.argv, "input": sys.stdin.read()}
            print(seen)
            print(seen, file=sys.stderr)
            print(json.dumps({"success": True, "output": seen}))
            """;

    private static final String KEEPS_IT = """
            import json, os
            open(os.path.join(os.path.dirname(__file__), "handed.json"), "w").write(json.dumps(dict(os.environ)))
            print('{"success": true}')
            """;

    @TempDir
    Path folder;

    @Test
    void thePasswordOfADatabaseByUrlIsNowhereButInScriptsWithDatabaseAccess() throws Exception {
        SecretSearch search = new SecretSearch(MARK);
        try (EmbeddedPostgres server = EmbeddedPostgres.start(folder.resolve("server"), logsEveryStatement());
                ChildRuntime child = child()) {
            makeDatabase(server);
            child.with("TURING_DB_URL", "postgresql://127.0.0.1:" + server.port() + "/work")
                    .with("TURING_DB_USER", "worker")
                    .with("TURING_DB_PASSWORD", PASSWORD)
                    .with("WORKERS_OWN", PASSWORD)
                    .with("OPTIONS_OF_OTHERS", "-Xmx1g -Dowl=" + PASSWORD);
            for (String[] command : List.of(
                    new String[] {"init", "--debug"},
                    new String[] {"check", "--debug"},
                    new String[] {"sql", "--debug", register()},
                    new String[] {"sql", "--debug", "SELECT no_such_column"})) {
                child.exitCode(child.start(command));
            }

            Process process = child.start("start");
            RunningRuntime running = child.awaitRunning(process);
            try (Connection connection =
                    DriverManager.getConnection(server.jdbcUrl().replaceAll("[a-z]+$", "work"), "worker", PASSWORD)) {
                await().atMost(ChildRuntime.LIMIT).until(() -> isWorkedOff(connection));

                assertThat(replies(running)).noneMatch(search::isIn);
                assertThat(search.tables(connection, "turing")).isEmpty();
            }
            assertThat(search.commandLines()).isEmpty();
            for (ProcessHandle below : process.descendants().toList()) {
                assertThat(search.isInEnvironment(below.pid())).isFalse();
            }
            for (String[] command : List.of(
                    new String[] {"status", "--json"},
                    new String[] {"tickets", "--json"},
                    new String[] {"check", "--json"},
                    new String[] {"start"})) {
                child.exitCode(child.start(command));
            }
            process.destroy();
            child.exitCode(process);
            assertThat(child.errors()).contains("TRACE");
            assertThat(search.files(folder)).containsExactly(Path.of("scripts/handed.json"));
        }
    }

    @Test
    void anAddressThatCannotBeUsedIsToldWithoutItsPassword() throws Exception {
        SecretSearch search = new SecretSearch(MARK);
        try (ChildRuntime child = child()) {
            // one that reaches the driver, two that must not; more in TuringCommandLineTest
            for (String url : List.of(
                    "postgresql://ada:" + MARK + "/127.0.0.1/work",
                    "postgresql://ada:" + QUOTED + "@127.0.0.1:1/work",
                    "postgresql://ada:" + PASSWORD + "@127.0.0.1:1/work")) {
                child.with("TURING_DB_URL", url);
                assertThat(child.exitCode(child.start("check", "--debug")))
                        .as(url)
                        .isNotZero();
                assertThat(search.files(folder)).as(url).isEmpty();
            }
        }
    }

    @Test
    void theEmbeddedDatabasesPasswordAndTheTokenAreInTheirOwnFilesAlone() throws Exception {
        try (ChildRuntime child = child()) {
            assertThat(child.exitCode(child.start("sql", register())))
                    .as(child::errors)
                    .isZero();
            Process process = child.start("start", "-Dturing.jmx.port=0", "-Dturing.log.file=turing.log");
            RunningRuntime running = child.awaitRunning(process);
            SecretSearch token = new SecretSearch(running.token());
            SecretSearch password = new SecretSearch(
                    Files.readString(child.data().resolve("postgres.password")).strip());
            try (Connection connection = ChildRuntime.connect(running)) {
                await().atMost(ChildRuntime.LIMIT).until(() -> isWorkedOff(connection));
                assertThat(password.tables(connection, "turing")).isEmpty();
                assertThat(token.tables(connection, "turing")).isEmpty();
            }
            assertThat(replies(running)).noneMatch(password::isIn).noneMatch(token::isIn);
            assertThat(password.commandLines()).isEmpty();
            assertThat(token.commandLines()).isEmpty();
            child.exitCode(child.start("status", "--json", "--debug"));
            child.exitCode(child.start("tickets", "--json", "--debug"));

            assertThat(token.files(folder)).containsExactly(Path.of("data/runtime.json"));
            assertThat(password.files(folder))
                    .containsExactlyInAnyOrder(
                            Path.of("data/runtime.json"),
                            Path.of("data/postgres.password"),
                            Path.of("scripts/handed.json"));
            process.destroy();
            child.exitCode(process);
            assertThat(token.files(folder)).isEmpty();
        }
    }

    /** Everything that can be logged is: Pekko, the pools, the driver, which logs in its own way. */
    private ChildRuntime child() throws Exception {
        Path logback = Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
                    <target>System.err</target>
                    <encoder><pattern>%d %-5level %logger %msg%n%ex{full}</pattern></encoder>
                  </appender>
                  <root level="TRACE"><appender-ref ref="console"/></root>
                </configuration>
                """);
        Path javaLogging = Files.writeString(
                folder.resolve("logging.properties"),
                "handlers=java.util.logging.ConsoleHandler\n.level=INFO\norg.postgresql.level=FINEST\n"
                        + "java.util.logging.ConsoleHandler.level=FINEST\n");
        ChildRuntime child = new ChildRuntime(Way.JAR, folder)
                .with(
                        "JDK_JAVA_OPTIONS",
                        "-Dlogback.configurationFile=" + logback + " -Djava.util.logging.config.file=" + javaLogging
                                + " -Dpekko.log-config-on-start=on -Dpekko.loglevel=DEBUG");
        child.script("tells_all.py", TELLS_ALL);
        child.script("keeps_it.py", KEEPS_IT);
        child.script("fails.py", TELLS_ALL + "sys.exit(3)\n");
        return child;
    }

    private static String register() {
        return """
                INSERT INTO turing.task_types
                    (task_type_name, work_query, script_path, execution_type, database_access, max_attempts) VALUES
                ('tells_all', 'SELECT 1 AS id', 'tells_all.py', 'script', NULL, 1),
                ('keeps_it', 'SELECT 1 AS id', 'keeps_it.py', 'script', true, 1),
                ('fails', 'SELECT 1 AS id', 'fails.py', 'script', NULL, 1),
                ('has_no_query', 'SELECT no_such_column', 'fails.py', 'script', NULL, 1)""";
    }

    private static boolean isWorkedOff(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        "SELECT count(DISTINCT task_type_id) FROM turing.tickets WHERE status <> 'running'")) {
            row.next();
            return row.getLong(1) == 3;
        }
    }

    private static EmbeddedPostgres.Options logsEveryStatement() {
        return EmbeddedPostgres.Options.defaults()
                .withSettings(Map.of("log_connections", "on", "log_parameter_max_length", "-1"));
    }

    private static void makeDatabase(EmbeddedPostgres server) throws Exception {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE worker LOGIN PASSWORD '" + PASSWORD.replace("'", "''") + "'");
            statement.execute("ALTER ROLE worker SET log_statement = 'all'");
            statement.execute("CREATE DATABASE work OWNER worker");
        }
    }

    /** What the HTTP API says, with the token and without. */
    private static List<String> replies(RunningRuntime running) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        List<String> replies = new ArrayList<>();
        for (String path : List.of("/alive", "/ready", "/startup", "/metrics", "/api/status", "/api", "/nowhere")) {
            for (String shown : List.of(running.token(), "wrong")) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + running.httpPort() + path))
                        .header("Authorization", "Bearer " + shown)
                        .build();
                var reply = client.send(request, BodyHandlers.ofString());
                replies.add(reply.headers() + "\n" + reply.body());
            }
        }
        return replies;
    }
}
