package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.embedded.EmbeddedPostgres;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;

/** Actors with a database connection; needs psycopg2 in the interpreter named by turing.test.python. */
@Timeout(240)
class ThickDatabaseTest extends StagedTest {

    private static final String PYTHON = System.getProperty("turing.test.python", "python3");
    private static final TaskType THICK = Stage.taskType("actor.py", ExecutionType.THICK);

    @TempDir
    static Path data;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void startServer() throws Exception {
        boolean installed =
                new ProcessBuilder(PYTHON, "-c", "import psycopg2").start().waitFor() == 0;
        String remedy = PYTHON + " has no psycopg2: install it, or name another with -Dturing.test.python=...";
        if (!installed) {
            LoggerFactory.getLogger(ThickDatabaseTest.class).warn("skipped: {}", remedy);
        }
        assumeTrue(installed, remedy);
        server = EmbeddedPostgres.start(data, EmbeddedPostgres.Options.defaults());
        sql("CREATE TABLE owl (owl_id bigint PRIMARY KEY, name text)");
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void noOwls() throws Exception {
        sql("TRUNCATE owl");
    }

    @Override
    ScriptSettings settings() throws IOException {
        DatabaseAccess access =
                new DatabaseAccess("127.0.0.1", server.port(), "turing", server.user(), server.password(), "turing");
        return super.settings().withPython(PYTHON).withDatabase(access);
    }

    private static String sql(String text) throws Exception {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(text)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? String.valueOf(rows.getObject(1)) : "none";
            }
        }
    }

    private ScriptHost.Result actor(String process) throws Exception {
        stage.script(
                "actor.py",
                "class Actor:\n    def __init__(self, db_conn=None):\n        self.db = db_conn\n"
                        + "    def process(self):\n        cur = self.db.cursor()\n" + process.indent(8));
        return stage.run(THICK, Stage.claim("1"));
    }

    @Test
    void cursorsGiveRowsAsDictsAndTheConnectionIsNamedAfterTheTicket() throws Exception {
        ScriptHost.Result first = actor("""
                cur.execute("SELECT pg_backend_pid() AS pid, current_setting('application_name') AS name, 1.5 AS n")
                return {"output": dict(cur.fetchone())}
                """);
        Claim claim = Stage.claim("2");
        ScriptHost.Result second = stage.run(THICK, claim);

        var one = new ObjectMapper().readTree(Stage.success(first).output());
        var two = new ObjectMapper().readTree(Stage.success(second).output());
        assertThat(two.path("pid")).isEqualTo(one.path("pid"));
        assertThat(two.path("name").asText()).isEqualTo("turing ticket " + claim.ticketId());
        assertThat(two.path("n").decimalValue()).isEqualByComparingTo("1.5");
    }

    @Test
    void aSuccessKeepsWhatItWroteAndNothingElseDoes() throws Exception {
        String insert = "cur.execute(\"INSERT INTO owl VALUES (%s, 'x')\")\n";

        Stage.success(actor(insert.formatted(1) + "return {}"));
        assertThat(Stage.failure(actor(insert.formatted(2) + "raise ValueError('x')")))
                .isEqualTo("ValueError: x");
        actor(insert.formatted(3) + "return {'success': False, 'error': 'no'}");
        actor(insert.formatted(4) + "return {'skip_reason': 'no'}");
        assertThat(actor(insert.formatted(5) + "self.db.commit()\nraise ValueError('late')")
                        .outcome())
                .isInstanceOf(Outcome.Failed.class);

        assertThat(sql("SELECT string_agg(owl_id::text, ',' ORDER BY owl_id) FROM owl"))
                .isEqualTo("1,5");
    }

    @Test
    void aFailedStatementDoesNotSpoilTheNextSubject() throws Exception {
        assertThat(Stage.failure(actor("cur.execute('SELECT nonsense')\nreturn {}")))
                .contains("column \"nonsense\" does not exist");
        assertThat(actor("cur.execute('SELECT 1')\nreturn {}").outcome()).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void noTransactionStaysOpenBetweenSubjects() throws Exception {
        actor("cur.execute('SELECT * FROM owl')\nreturn {}");

        assertThat(sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'turing t%'"
                        + " AND state LIKE 'idle in transaction%'"))
                .isEqualTo("0");
    }

    @Test
    void aConnectionThatWasClosedIsOpenedAgain() throws Exception {
        String process = "cur.execute('SELECT 1')\nreturn {}";
        actor(process);
        assertThat(sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                        + " WHERE application_name LIKE 'turing t%'"))
                .isEqualTo("1");

        assertThat(stage.run(THICK, Stage.claim("2")).outcome()).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void betweenSubjectsTheConnectionIsNamedAfterTheTaskType() throws Exception {
        actor("return {}");

        Awaitility.await()
                .atMost(Stage.LONG)
                .untilAsserted(() -> assertThat(sql("SELECT string_agg(application_name, ',') FROM pg_stat_activity"
                                + " WHERE application_name LIKE 'turing t%'"))
                        .isEqualTo("turing task tidy"));
    }

    private void assertBlamesTheDatabase(String process, String error) throws Exception {
        assertThat(actor(process).outcome()).isInstanceOfSatisfying(Outcome.Unrunnable.class, unrunnable -> {
            assertThat(unrunnable.part()).isEqualTo(Environment.DATABASE);
            assertThat(unrunnable.error()).contains(error);
        });
    }

    @Test
    void aMissingFunctionTableOrRightBlamesTheDatabase() throws Exception {
        assertBlamesTheDatabase(
                "cur.execute('SELECT no_such_function(1)')", "no_such_function(integer) does not exist");
        assertBlamesTheDatabase("cur.execute('SELECT * FROM no_such_table')", "\"no_such_table\" does not exist");
        sql("CREATE TABLE IF NOT EXISTS locked ()");
        sql("DO $$ BEGIN CREATE ROLE guest; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        assertBlamesTheDatabase(
                "cur.execute('SET LOCAL ROLE guest')\ncur.execute('SELECT * FROM locked')", "permission denied");
        assertBlamesTheDatabase(
                "try:\n    cur.execute('SELECT no_such_function(1)')\nexcept Exception as problem:\n"
                        + "    raise RuntimeError('not moved') from problem",
                "not moved");
    }

    @Test
    void aDatabaseThatOnlyReadsIsNotTheSubjectsFault() throws Exception {
        assertBlamesTheDatabase(
                "cur.execute('SET LOCAL transaction_read_only = on')\ncur.execute('CREATE TABLE written ()')",
                "read-only transaction");
    }

    @Test
    void anOperatorThatDoesNotFitItsValuesIsAFailure() throws Exception {
        assertThat(Stage.failure(actor("cur.execute(\"SELECT 1 = 'x'::text\")")))
                .contains("operator does not exist");
    }

    @Test
    void aConnectionThatTheServerEndsBlamesTheDatabaseWhateverTheActorMakesOfIt() throws Exception {
        String end = "cur.execute('SELECT pg_terminate_backend(pg_backend_pid())')\n";

        assertBlamesTheDatabase(end, "psycopg2.");
        assertBlamesTheDatabase(
                "try:\n    " + end + "except Exception as problem:\n"
                        + "    return {'success': False, 'error': 'lost it'}",
                "lost it");
        assertBlamesTheDatabase(
                "try:\n    " + end + "except Exception as problem:\n    pass\nreturn {}",
                "what this success left open");
    }

    @Test
    void anActorThatClosesItsConnectionItselfHasFailed() throws Exception {
        assertThat(Stage.failure(actor("self.db.close()\nself.db.cursor()"))).contains("connection already closed");
    }

    @Test
    void aDatabaseThatCantBeReachedIsNotTheSubjectsFault() throws Exception {
        reopen(settings().withDatabase(new DatabaseAccess("127.0.0.1", 1, "turing", "turing", null, "turing")));

        assertThat(actor("return {}").outcome()).isInstanceOfSatisfying(Outcome.Unrunnable.class, unrunnable -> {
            assertThat(unrunnable.part()).isEqualTo(Environment.DATABASE);
            assertThat(unrunnable.error()).contains("the database can't be reached", "refused");
        });
    }

    @Test
    void scriptsReachTheDatabaseByTheEnvironment() throws Exception {
        stage.script("env.py", """
                import json, os, psycopg2
                for way in ("", os.environ["TURING_DATABASE_URL"]):
                    with psycopg2.connect(way) as connection, connection.cursor() as cursor:
                        cursor.execute("INSERT INTO owl SELECT count(*), current_setting('application_name') FROM owl")
                print("{}")
                """);
        Claim claim = Stage.claim("1");
        TaskType withDatabase = Stage.taskType("env.py", ExecutionType.SCRIPT, Stage.LONG, true);

        assertThat(stage.run(withDatabase, claim).outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertThat(sql("SELECT count(*) FROM owl WHERE name = 'turing ticket " + claim.ticketId() + "'"))
                .isEqualTo("2");
    }
}
