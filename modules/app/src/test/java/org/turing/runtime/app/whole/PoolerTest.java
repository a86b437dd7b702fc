package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.database.DatabaseSettings;

/** A PgBouncer in transaction mode stands before the database, and everybody shares a few sessions with everybody. */
class PoolerTest {

    private static final int SUBJECTS = 20;
    private static final int LANES = 4;
    private static final String LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711";

    /** What a session has been told, less what PgBouncer keeps for each client and what is a transaction's own. */
    private static final String SET = "SELECT string_agg(name, ' ') FROM pg_settings WHERE source = 'session'"
            + " AND name !~ '^(transaction_.*|application_name|client_encoding|DateStyle|TimeZone|extra_float_digits)$'";

    private static final String READER = "reader_behind_a_pooler";

    /** Waits while it is held, then writes for itself, in the transaction in which it holds its claim. */
    private static final String WRITES = """
            import os, time
            import turing_runtime

            class Writes:
                def __init__(self, db_conn=None):
                    self.db = db_conn

                def process(self):
                    while os.path.exists("hold"):
                        time.sleep(0.01)
                    turing_runtime.hold(self.db, self.input_data)
                    with self.db.cursor() as cursor:
                        cursor.execute("INSERT INTO effects VALUES (%s)", (self.input_data["subject_id"],))
                    return {"success": True}
            """;

    @RegisterExtension
    final WholeSystem system = new WholeSystem()
            .with("turing.ledger.renew-every", "500ms")
            .with("turing.db.reader-user", READER)
            .with("turing.db.reader-password", "reads");

    private PgBouncer pooler;
    private StatusChanges changes;
    private long subjects;

    @BeforeAll
    static void assumeInstalled() {
        PgBouncer.assumeInstalled();
    }

    /** alma moves owls from new to heard, clara from heard to done; a function in clara's query locks its session. */
    @BeforeEach
    void prepare() throws Exception {
        pooler = PgBouncer.before(direct(), Map.of(), READER + ":reads");
        system.script("writes.py", WRITES);
        system.makeTable("owl", 0);
        system.execute("CREATE TABLE effects (id bigint)");
        changes = StatusChanges.of(system, "owl");
        system.execute("CREATE FUNCTION locks() RETURNS boolean LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_advisory_lock(4711); RETURN true; END $$");
        register("alma", "good.py", "new", "heard");
        register("clara", "writes.py", "heard", "done");
        system.execute(
                "UPDATE turing.task_types SET work_query ="
                        + " 'SELECT id FROM owl WHERE status = ''heard'' AND locks() ORDER BY id' WHERE task_type_name = 'clara'");
        assertThat(system.turing("init", "--grant").exitCode()).isZero();
        assertThat(system.turing("watch", "owl").exitCode()).isZero();
    }

    @AfterEach
    void close() throws Exception {
        pooler.close();
    }

    private void register(String name, String script, String inbox, String outbox) throws Exception {
        system.register(
                name,
                "script_path",
                script,
                "subject_table",
                "owl",
                "subject_key",
                "id",
                "status_column",
                "status",
                "inbox_status",
                inbox,
                "outbox_status",
                outbox,
                "scale_limit",
                LANES);
    }

    private String errors() {
        try {
            return String.join("; ", system.column("SELECT DISTINCT error FROM turing.tickets WHERE error <> ''"));
        } catch (SQLException unknown) {
            return unknown.toString();
        }
    }

    private String direct() {
        return system.server().uri(system.database());
    }

    private Map<String, String> behindPooler(String... keysAndValues) {
        Map<String, String> changes = new HashMap<>(Map.of("turing.db.url", pooler.instead(direct())));
        for (int at = 0; at < keysAndValues.length; at += 2) {
            changes.put(keysAndValues[at], keysAndValues[at + 1]);
        }
        return changes;
    }

    private RuntimeProgram start(Map<String, String> changed) throws Exception {
        return system.start(system.settings("data", changed), Assignment.EVERYTHING);
    }

    @Test
    void withAWayPastItEverythingIsDoneOnceAndHeardAtOnceAlsoAfterItWasKilled() throws Exception {
        assumeTrue(system.hasPsycopg2(), "turing.test.python has psycopg2");
        RuntimeProgram program;
        try (LogLines log = LogLines.listen()) {
            program = start(behindPooler(
                    "turing.db.direct-url",
                    direct(),
                    "turing.work.poll-shortest",
                    Flow.NO_POLL,
                    "turing.work.poll-longest",
                    Flow.NO_POLL));
            add(SUBJECTS);
            awaitDone();

            hold();
            add(SUBJECTS);
            WholeSystem.await("every lane to be held")
                    .until(() -> WholeSystem.status(program, "clara").running() == LANES);
            pooler.kill();
            letGo();
            Flow.awaitWaiting(program, "refused");
            pooler.start();
            awaitDone();
            add(1);
            awaitDone();
            assertThat(log.lines("notifications are lost")).isEmpty();
        }
        assertEachWasDoneOnce();
        assertThat(WholeSystem.statusText(program)).doesNotContain("notifications");
        assertNothingIsLeftIn(program);
    }

    @Test
    void withoutAWayPastItChangesAreFoundByPollsAndOneWarningSaysSo() throws Exception {
        assumeTrue(system.hasPsycopg2(), "turing.test.python has psycopg2");
        String warning = "notifications are lost, polling goes on: a pooler stands at";
        try (LogLines log = LogLines.listen()) {
            RuntimeProgram program = start(behindPooler("turing.work.poll-longest", "1s"));
            log.await(warning);
            add(SUBJECTS);
            awaitDone();
            pooler.kill();
            add(SUBJECTS);
            Flow.awaitWaiting(program, "refused");
            pooler.start();
            awaitDone();

            assertThat(log.lines("notifications are lost")).hasSize(1);
            assertThat(WholeSystem.statusText(program)).contains("polling goes on: a pooler stands at");
            assertEachWasDoneOnce();
            assertNothingIsLeftIn(program);
        }
    }

    private void add(int more) throws Exception {
        system.execute("INSERT INTO owl SELECT i, 'new' FROM generate_series(" + (subjects + 1) + ", "
                + (subjects + more) + ") i");
        subjects += more;
    }

    private void hold() throws Exception {
        system.script("hold", "");
    }

    private void letGo() throws Exception {
        Files.delete(system.scripts().resolve("hold"));
    }

    private void awaitDone() {
        WholeSystem.await(subjects + " subjects to be done")
                .untilAsserted(() -> assertThat(system.done("owl"))
                        .as(() -> "errors of tickets: " + errors())
                        .isEqualTo(subjects));
    }

    private void assertEachWasDoneOnce() throws Exception {
        List<String> all =
                LongStream.rangeClosed(1, subjects).mapToObj(Long::toString).toList();
        assertThat(changes.to("heard")).containsExactlyElementsOf(all);
        assertThat(changes.to("done")).containsExactlyElementsOf(all);
        assertThat(system.column("SELECT id FROM effects ORDER BY id")).containsExactlyElementsOf(all);
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isZero();
    }

    /** The pooler keeps its sessions: they are as they were, and a runtime's end is in none of their transactions. */
    private void assertNothingIsLeftIn(RuntimeProgram program) throws Exception {
        WholeSystem.await("the last look").until(() -> system.number(LOCKS) == 0);
        program.control().stop(false);
        program.whenDone().toCompletableFuture().get(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        program.close();
        assertThat(system.column("SELECT state FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"))
                .as("sessions of the pooler")
                .isNotEmpty()
                .containsOnly("idle");
        assertNothingIsSetIn("first", "second");
    }

    /** One after the other takes a session of the pool for itself, and finds it as the server makes them. */
    private void assertNothingIsSetIn(String... sessions) throws Exception {
        DatabaseSettings place = DatabaseSettings.of(pooler.instead(direct()), null, null, "turing");
        List<Connection> taken = new ArrayList<>();
        try {
            for (String session : sessions) {
                Connection connection = DriverManager.getConnection(place.jdbcUrl(), place.user(), place.password());
                taken.add(connection);
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(SET)) {
                    row.next();
                    assertThat(row.getString(1))
                            .as("set in the " + session + " session")
                            .isNull();
                }
            }
        } finally {
            for (Connection connection : taken) {
                connection.close();
            }
        }
    }
}
