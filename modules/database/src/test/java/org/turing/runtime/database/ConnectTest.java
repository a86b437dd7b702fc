package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.database.DatabaseFault.Reason;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.InboxShape;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectTest {

    /** Of the driver, in bytes: it asks for TLS. */
    private static final int FIRST_WORDS = 8;

    private TestDatabase test;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @AfterAll
    void close() {
        test.close();
    }

    private DatabaseFault refusal(String url, String user, String password, String schema) {
        return catchThrowableOfType(
                DatabaseFault.class,
                () -> Database.connect(DatabaseSettings.of(url, user, password, schema))
                        .close());
    }

    @Test
    void aServerThatIsNotThereIsNamedWithTheNextStep() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        DatabaseFault fault = refusal("postgresql://127.0.0.1:" + port + "/owls", "u", "s3cret", "turing");
        assertThat(fault.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(fault.isWeather()).isTrue();
        assertThat(fault)
                .hasMessageContaining("postgresql://127.0.0.1:" + port + "/owls")
                .hasMessageContaining("Fix: start the server, or correct TURING_DB_URL");
    }

    /** What stands before a server that is not there yet: a proxy of containers, a load balancer. */
    @Test
    void whoeverClosesAConnectionBeforeItAnswersMayDoBetterLater() throws Exception {
        DatabaseFault fault = refusalBy("");
        assertThat(fault.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(fault).hasMessageContaining("(closed before it answered). Fix: start the server");
    }

    @Test
    void aHostThatIsNotKnownIsNamedAndMayBeKnownLater() {
        DatabaseFault fault = refusal("postgresql://owls.invalid/owls", "u", "s3cret", "turing");
        assertThat(fault.isWeather()).isTrue();
        assertThat(fault).hasMessageContaining("(unknown host: owls.invalid). Fix: start the server, or correct");
    }

    @Test
    void whatIsNoPostgresqlDoesNotBecomeOne() throws Exception {
        List<String> greetings = List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.6\r\n");
        for (String greeting : greetings) {
            DatabaseFault fault = refusalBy(greeting);
            assertThat(fault.reason()).as(greeting).isEqualTo(Reason.NO_CONVERSATION);
            assertThat(fault.isWeather()).isFalse();
            assertThat(fault).hasMessageContaining("Fix: let TURING_DB_URL (turing.db.url) lead to a PostgreSQL");
        }
    }

    /** By somebody who takes every connection, hears the first words, says his own and closes it. */
    private DatabaseFault refusalBy(String stranger) throws Exception {
        ServerSocket listening = new ServerSocket(0);
        Thread thread = new Thread(() -> greet(listening, stranger));
        thread.start();
        try {
            return refusal("postgresql://127.0.0.1:" + listening.getLocalPort() + "/owls", "u", "s3cret", "turing");
        } finally {
            listening.close();
            thread.join();
        }
    }

    private static void greet(ServerSocket listening, String words) {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                socket.getInputStream().readNBytes(FIRST_WORDS);
                socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // the caller, or we
            }
        }
    }

    @Test
    void aRefusedPasswordIsNeverShown() throws Exception {
        String user = String.valueOf(test.settings.user());
        DatabaseFault fault = refusal(test.settings.jdbcUrl(), user, "s3cret", "turing");
        assertThat(fault.reason()).isEqualTo(Reason.CREDENTIALS);
        assertThat(fault).hasMessageContaining("TURING_DB_PASSWORD").hasMessageNotContaining("s3cret");
        assertThat(DatabaseSettings.of(test.settings.jdbcUrl(), user, "s3cret", "turing"))
                .asString()
                .doesNotContain("s3cret");
    }

    @Test
    void aMissingDatabaseIsNamed() throws Exception {
        String url = test.settings.libpqUrl().replaceFirst("/[^/]*$", "/no_such_owls");
        DatabaseFault fault = catchThrowableOfType(
                DatabaseFault.class,
                () -> Database.connect(DatabaseSettings.of(url, null, null, "turing"))
                        .close());
        assertThat(fault.reason()).isEqualTo(Reason.MISSING);
        assertThat(fault)
                .hasMessageContaining("\"no_such_owls\" does not exist")
                .hasMessageContaining("CREATE DATABASE");
    }

    @Test
    void anOldServerIsRefused() {
        DatabaseFault fault =
                catchThrowableOfType(DatabaseFault.class, () -> ServerCheck.checkVersion(test.settings, 13, "13.22"));
        assertThat(fault.reason()).isEqualTo(Reason.TOO_OLD);
        assertThat(fault).hasMessageContaining("the server is PostgreSQL 13.22, and 14 or newer is needed");
    }

    @Test
    void missingRightsAreNamedWithTheStatementThatGrantsThem() throws Exception {
        test.sql("CREATE ROLE guest LOGIN PASSWORD 'g'");
        DatabaseFault database = refusal(test.settings.jdbcUrl(), "guest", "g", "guests");
        assertThat(database.reason()).isEqualTo(Reason.RIGHTS);
        assertThat(database)
                .hasMessageContaining("user 'guest' may not create the schema 'guests'")
                .hasMessageContaining("GRANT CREATE ON DATABASE");
        DatabaseFault schema = refusal(test.settings.jdbcUrl(), "guest", "g", "turing");
        assertThat(schema)
                .hasMessageContaining("may not create tables in schema 'turing'")
                .hasMessageContaining("GRANT USAGE, CREATE ON SCHEMA \"turing\" TO \"guest\"");
    }

    @Test
    void nonsenseIsNoAddress() {
        assertThatThrownBy(() -> DatabaseSettings.of("mysql://u:s3cret@h/db", null, null, "turing"))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("postgresql://host:port/database")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> DatabaseSettings.of("postgresql://h/db", null, null, "Odd; DROP"))
                .isInstanceOf(DatabaseFault.class)
                .hasMessageContaining("turing.db.schema 'Odd; DROP'");
    }

    @Test
    void bothWritingsOfAnAddressMeanTheSame() throws Exception {
        DatabaseSettings libpq = DatabaseSettings.of(
                "postgres://me:p%40ss+x@db.example:5433/owls?sslmode=require", null, null, "turing");
        assertThat(libpq.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:5433/owls?sslmode=require");
        assertThat(libpq.user()).isEqualTo("me");
        assertThat(libpq.password()).isEqualTo("p@ss+x");
        DatabaseSettings jdbc = DatabaseSettings.of(
                "jdbc:postgresql://db.example:5433/owls?user=me&password=p%40ss%2Bx&sslmode=require",
                null, null, "turing");
        assertThat(jdbc).isEqualTo(libpq);
        assertThat(jdbc.libpqUrl()).isEqualTo("postgresql://me:p%40ss%2Bx@db.example:5433/owls?sslmode=require");
        assertThat(DatabaseSettings.of("postgresql://me:a@h/db", "you", "b", "turing")
                        .user())
                .isEqualTo("you");
    }

    @Test
    void anotherSchemaServesAsWell() throws Exception {
        DatabaseSettings settings = DatabaseSettings.of(
                test.settings.jdbcUrl(), test.settings.user(), test.settings.password(), "second_runtime");
        try (Database database = Database.connect(settings)) {
            database.migrate();
            database.migrate();
            test.sql("INSERT INTO second_runtime.task_types (task_type_name, script_path, work_query) "
                    + "VALUES ('theirs', 'x', 'SELECT 1')");
            assertThat(new JdbcRegistry(database).read().taskTypes())
                    .extracting(TaskType::name)
                    .containsExactly("theirs");
            assertThat(new JdbcRegistry(test.database).read().taskTypes())
                    .extracting(TaskType::name)
                    .doesNotContain("theirs");
        }
    }

    @Test
    void aForeignSchemaOfThatNameIsNotTakenOver() throws Exception {
        test.sql("CREATE SCHEMA theirs");
        test.sql("CREATE TABLE theirs.task_types (n int)");
        DatabaseSettings settings =
                DatabaseSettings.of(test.settings.jdbcUrl(), test.settings.user(), test.settings.password(), "theirs");
        try (Database database = Database.connect(settings)) {
            DatabaseFault fault = catchThrowableOfType(DatabaseFault.class, database::migrate);
            assertThat(fault.reason()).isEqualTo(Reason.SCHEMA);
            assertThat(fault).hasMessageContaining("set TURING_DB_SCHEMA to a name of its own");
        }
        assertThat(test.value("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'theirs' "
                        + "AND table_name IN ('claims', 'memory')"))
                .isEqualTo("0");
    }

    @Test
    void aDatabaseThatIsGoneIsWeather() throws Exception {
        TestDatabase doomed = new TestDatabase();
        try (Database impatient = Database.connect(new DatabaseSettings(
                doomed.settings.jdbcUrl(),
                doomed.settings.user(),
                doomed.settings.password(),
                "turing",
                2,
                2,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                null,
                null))) {
            JdbcInboxes inboxes = new JdbcInboxes(impatient);
            JdbcRegistry registry = new JdbcRegistry(impatient);
            TaskType taskType = doomed.registerQuery("doomed", "SELECT 1");
            InboxShape shape = inboxes.examine(taskType);
            registry.read();
            String name = String.valueOf(doomed.value("SELECT current_database()"));
            test.sql("DROP DATABASE " + name + " WITH (FORCE)");
            assertThatThrownBy(registry::read).isInstanceOf(DatabaseUnavailable.class);
            assertThatThrownBy(() -> inboxes.find(taskType, shape, 1, Set.of()))
                    .isInstanceOf(DatabaseUnavailable.class);
        } finally {
            doomed.close();
        }
    }

    @Test
    void connectionsThatTheServerEndedAreReplaced() throws Exception {
        JdbcRegistry registry = new JdbcRegistry(test.database);
        registry.read();
        test.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                + "WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(DatabaseUnavailable.class)
                .until(() -> registry.read() != null);
    }

    @Test
    void noSessionIsLeftInATransaction() throws Exception {
        test.owls(1, "pending");
        TaskType taskType = test.registerQuery("idle", "SELECT owl_id FROM owl");
        test.runtime.run(taskType, TestDatabase.success());
        test.runtime.ledger.settle(taskType, test.shape(taskType));
        test.runtime.ledger.rescue();
        assertThat(test.values("SELECT application_name || ': ' || query FROM pg_stat_activity "
                        + "WHERE datname = current_database() AND state LIKE 'idle in transaction%'"))
                .isEmpty();
        String timeout = test.database.reading(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW statement_timeout")) {
                row.next();
                return row.getString(1);
            }
        });
        assertThat(timeout).isEqualTo("20s");
    }
}
