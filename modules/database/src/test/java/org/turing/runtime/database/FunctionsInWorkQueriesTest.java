package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;

/**
 * What functions in a work_query can do, measured for each who may run it; the table stands in docs/security.md and
 * this test holds it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionsInWorkQueriesTest {

    private static final Path DOCUMENT = Path.of("../../docs/security.md");
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Login ORDINARY = new Login("ordinary_of_functions", "p");
    private static final Login READER = new Login("reader_of_functions", "p");

    private TestDatabase test;
    private List<Runner> runners;
    private int next;

    /** Who runs work_queries, and as whom the runtime itself works. */
    private record Runner(Database database, Login runtime) {}

    @BeforeAll
    void prepare() throws Exception {
        test = new TestDatabase();
        test.owls(1, "pending");
        test.sql("CREATE ROLE " + ORDINARY.user() + " LOGIN PASSWORD 'p'");
        test.sql("GRANT ALL ON SCHEMA turing TO " + ORDINARY.user());
        test.sql("GRANT ALL ON ALL TABLES IN SCHEMA turing TO " + ORDINARY.user());
        test.sql("ALTER TABLE owl OWNER TO " + ORDINARY.user());
        test.sql("CREATE SEQUENCE owl_numbers");
        test.sql("GRANT ALL ON owl_numbers TO PUBLIC");
        function("hidden_insert", "INSERT INTO owl VALUES (99, 'new', 'done')");
        function("hidden_row_lock", "PERFORM FROM owl FOR UPDATE");
        function("hidden_table_lock", "LOCK TABLE owl IN ACCESS EXCLUSIVE MODE");
        function("hidden_lock", "PERFORM pg_advisory_lock(4711)");
        function("hidden_copy", "EXECUTE format('COPY (SELECT 1) TO %L', '" + copied() + "')");
        test.registerPending("reads_owls", "", "");
        new ReaderGrants(test.database, READER).run();
        DatabaseSettings superuser = test.settings.withQueryTimeout(LIMIT);
        DatabaseSettings ordinary = DatabaseSettings.of(superuser.jdbcUrl(), ORDINARY.user(), "p", "turing")
                .withQueryTimeout(LIMIT);
        runners = List.of(
                new Runner(Database.connect(superuser), new Login(superuser.user(), superuser.password())),
                new Runner(Database.connect(ordinary), ORDINARY),
                new Runner(Database.connect(ordinary.withReader(READER)), ORDINARY));
    }

    @AfterAll
    void close() {
        runners.forEach(runner -> runner.database().close());
        test.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            `INSERT` inside a function                 | hidden_insert()                                  | SELECT count(*) > 1 FROM owl
            `DELETE` by `query_to_xml`                 | query_to_xml('DELETE FROM owl', true, true, '')  | SELECT count(*) = 0 FROM owl
            `nextval`, `setval`                        | nextval('owl_numbers')                           | SELECT is_called FROM owl_numbers
            `lo_create`, `lo_from_bytea`               | lo_create(4711)                                  | SELECT count(*) > 0 FROM pg_largeobject_metadata
            `SELECT … FOR UPDATE` inside a function    | hidden_row_lock()                                | SELECT false
            `set_config('transaction_read_only', …)`   | set_config('transaction_read_only', 'off', true) | SELECT false
            `set_config('role', …)`                    | set_config('role', 'pg_monitor', false)          | SELECT false
            `set_config` of a limit                    | set_config('statement_timeout', '0', false)      | SELECT false
            `pg_sleep`, an endless computation         | pg_sleep(600)                                    | SELECT false
            `pg_advisory_lock` in the query            | pg_advisory_lock(4711)                           | SELECT count(*) > 0 FROM pg_locks WHERE objid = 4711
            `pg_advisory_lock` inside a function       | hidden_lock()                                    | SELECT count(*) > 0 FROM pg_locks WHERE objid = 4711
            `LOCK TABLE` inside a function             | hidden_table_lock()                              | SELECT count(*) > 0 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'owl'::regclass
            `pg_notify`                                | pg_notify('owls', 'x')                           | notified
            `pg_terminate_backend` of the runtime      | pg_terminate_backend(VICTIM)                     | terminated
            `COPY … TO` a file inside a function       | hidden_copy()                                    | SELECT (pg_stat_file(COPIED, true)).size IS NOT NULL
            `pg_read_file`, `pg_ls_dir`                | pg_read_file('PG_VERSION')                       | SELECT true
            `pg_reload_conf`, `pg_stat_reset`          | pg_reload_conf()                                 | SELECT true
            `pg_logical_emit_message`                  | pg_logical_emit_message(false, 'owl', 'x')       | SELECT true
            """)
    void theDocumentSaysWhatAFunctionCanDo(String function, String call, String probe) throws Exception {
        List<String> cells = new ArrayList<>(List.of(function));
        for (Runner runner : runners) {
            cells.add(verdict(runner, call, probe));
        }
        String row = "| " + String.join(" | ", cells) + " |";
        assertThat(Files.readAllLines(DOCUMENT).contains(row)).as(row).isTrue();
    }

    private String verdict(Runner runner, String call, String probe) throws Exception {
        try (Connection victim = connect(runner.runtime());
                Connection listener = test.connection()) {
            execute(listener, "LISTEN owls");
            int pid = victim.unwrap(PGConnection.class).getBackendPID();
            TaskType taskType = test.registerQuery(
                    "calls_" + ++next,
                    "SELECT 1 AS id, (" + call.replace("VICTIM", Integer.toString(pid)) + ") IS NOT NULL AS it");
            JdbcInboxes inboxes = new JdbcInboxes(runner.database());
            try {
                inboxes.find(taskType, inboxes.examine(taskType), 1, Set.of());
            } catch (InboxFault fault) {
                return refusal(String.valueOf(fault.getMessage()));
            }
            boolean acts = switch (probe) {
                case "notified" -> listener.unwrap(PGConnection.class).getNotifications(200).length > 0;
                case "terminated" -> !victim.isValid(5);
                default -> "t".equals(test.value(probe.replace("COPIED", "'" + copied() + "'")));
            };
            return acts ? "**acts**" : "undone";
        }
    }

    private static String refusal(String message) {
        if (message.contains("read-only transaction") || message.contains("read-write mode")) {
            return "refused: read-only";
        }
        if (message.contains("takes an advisory lock") || message.contains("not allowed in a non-volatile function")) {
            return "refused: the query";
        }
        if (message.contains("ran longer than")) {
            return "ended: time limit";
        }
        assertThat(message).containsIgnoringCase("permission denied");
        return "refused: rights";
    }

    private void function(String name, String statement) throws SQLException {
        test.sql("CREATE FUNCTION public." + name + "() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN " + statement
                + "; RETURN 1; END $f$");
    }

    private String copied() throws SQLException {
        return test.value("SELECT current_setting('data_directory')") + "/copied_by_a_work_query";
    }

    private Connection connect(Login login) throws SQLException {
        return DriverManager.getConnection(test.settings.jdbcUrl(), login.user(), login.password());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
