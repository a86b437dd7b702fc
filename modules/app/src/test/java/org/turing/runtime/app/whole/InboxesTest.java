package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/** What is found in inboxes, once or again, and what is told where something hides there. */
class InboxesTest {

    @RegisterExtension
    final WholeSystem system = new WholeSystem().with("turing.db.query-timeout", "2m");

    private void registerQuery(String name, String workQuery, String rerun) throws SQLException {
        system.register(name, "work_query", workQuery, "script_path", "good.py", "rerun", rerun);
    }

    @Test
    void aLiteralLimitThatHidesWorkIsToldInStatusAndCheck() throws Exception {
        system.makeTable("owl", 5);
        registerQuery("limited", "SELECT id FROM owl ORDER BY id LIMIT 3", "once");

        RuntimeProgram program = system.start();

        WholeSystem.await("the warning")
                .untilAsserted(() -> assertThat(WholeSystem.statusText(program))
                        .contains(
                                "limited: the work_query's own LIMIT is filled by subjects that can't be claimed and hides"
                                        + " those behind them; write LIMIT :batch_size instead"));
        WholeSystem.await("what is not hidden").until(() -> system.tickets("limited", "completed") == 3);
        assertThat(system.check("limited"))
                .contains("WARNING the LIMIT of its work_query is filled by rows that can't be claimed and hides those"
                        + " behind them. Fix: take the LIMIT away, or write LIMIT :batch_size");

        system.execute("UPDATE turing.task_types SET work_query = 'SELECT id FROM owl ORDER BY id LIMIT :batch_size'");
        WholeSystem.await("what was hidden").until(() -> system.tickets("limited", "completed") == 5);
    }

    @Test
    void aSuccessThatLeavesItsSubjectInTheInboxDoesNotSpinAndRetryFreesIt() throws Exception {
        system.makeTable("owl", 3);
        registerQuery("staying", "SELECT id FROM owl", "on_return");

        RuntimeProgram program = system.start();

        WholeSystem.await("the warning")
                .untilAsserted(() -> assertThat(WholeSystem.statusText(program))
                        .contains("staying: 3 subject(s) stayed in the inbox after a success and are set aside")
                        .contains("free them: turing retry --task-type staying"));
        assertThat(system.ofTickets("staying", "subject_id")).containsExactlyInAnyOrder("1", "2", "3");
        assertThat(system.turing("retry", "--task-type", "staying").printed())
                .isEqualTo("3 subjects may be worked on again\n");
        WholeSystem.await("the second round").until(() -> system.tickets("staying", "completed") == 6);
    }

    @Test
    void aSubjectThatLeftAndComesBackIsWorkedOnAgain() throws Exception {
        system.registerGood("owl", 3);
        system.start();
        WholeSystem.await("the first round").until(() -> system.done("owl") == 3);

        system.execute("UPDATE owl SET status = 'new' WHERE id = 2");

        WholeSystem.await("its return").until(() -> system.tickets("owl", "completed") == 4);
        assertThat(system.ofTickets("owl", "subject_id")).endsWith("2");
    }

    @Test
    void withRerunOnceASubjectThatComesBackIsLeftAlone() throws Exception {
        system.makeTable("owl", 3);
        system.registerMoving("owl", "owl", "good.py", "rerun", "once");
        system.start();
        WholeSystem.await("the first round").until(() -> system.done("owl") == 3);

        system.execute("UPDATE owl SET status = 'new' WHERE id = 2; INSERT INTO owl VALUES (4, 'new')");

        WholeSystem.await("the one behind it").until(() -> system.done("owl") == 3);
        assertThat(system.ofTickets("owl", "subject_id")).hasSize(4).endsWith("4");
        assertThat(system.column("SELECT status FROM owl WHERE id = 2")).containsExactly("new");
    }

    @Test
    void aQueryThatDisagreesWithTheDeclaredStatusFindsNothingAndKeepsNobodyWaiting() throws Exception {
        system.makeTable("owl", 3);
        system.execute("UPDATE owl SET status = 'asleep' WHERE id > 1");
        system.registerMoving("alma", "owl", "good.py", "work_query", "SELECT id FROM owl ORDER BY id DESC");

        RunSummary summary = system.runOnce();

        assertThat(summary.completed()).isEqualTo(1);
        assertThat(summary.clean()).isTrue();
        assertThat(system.ofTickets("alma", "subject_id")).containsExactly("1");
    }

    @Test
    void aFailedSubjectThatLeavesTheDeclaredStatusIsOvertakenAndNotTriedAgain() throws Exception {
        system.makeTable("owl", 1);
        system.script("bad.py", "raise ValueError('no owl')\n");
        system.registerMoving("alma", "owl", "bad.py", "work_query", "SELECT id FROM owl", "retry_backoff", "300 ms");
        system.execute("CREATE FUNCTION asleep() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN UPDATE owl SET status = 'asleep'; RETURN NULL; END $$");
        system.execute(
                "CREATE TRIGGER fall_asleep AFTER INSERT ON turing.memory" + " FOR EACH ROW EXECUTE FUNCTION asleep()");

        RunSummary summary = system.runOnce();

        assertThat(summary.failed()).isEqualTo(1);
        assertThat(system.ofTickets("alma", "status")).containsExactly("failed", "overtaken");
    }

    @Test
    void finishedRowsThatStayInTheInboxFeedAThousandClaimsAScanAndStatusWarns() throws Exception {
        int finished = 5_000;
        int fresh = 3_000;
        system.makeTable("owl", finished + fresh);
        system.script("all_good.py", """
                # turing: bulk
                import json, sys

                for line in sys.stdin:
                    print(json.dumps({"success": True, "ticket_id": json.loads(line)["ticket_id"]}), flush=True)
                """);
        system.register(
                "often",
                "work_query",
                "SELECT id FROM owl ORDER BY id",
                "script_path",
                "all_good.py",
                "rerun",
                "once",
                "scale_limit",
                1);
        system.execute("INSERT INTO turing.memory (task_type_id, subject_id, subject_type, state, outcome_xid,"
                + " ticket_id, chain_id, chain_depth, visiting_since) SELECT task_type_id, i, 'owl', 'once',"
                + " pg_current_xact_id(), -i, gen_random_uuid(), 0, now() FROM turing.task_types,"
                + " generate_series(1, " + finished + ") i");
        system.execute("VACUUM ANALYZE owl, turing.memory");

        long before = scans();
        RunSummary summary = system.runOnce();

        assertThat(summary.completed()).isEqualTo(fresh);
        assertThat(scans() - before).as("scans of the inbox").isLessThanOrEqualTo(3 + fresh / 1_000);
        RuntimeProgram program = system.start();
        WholeSystem.await("the warning")
                .untilAsserted(() -> assertThat(WholeSystem.statusText(program))
                        .contains("often: each look passes over " + (finished + fresh) + " row(s) of its inbox that are"
                                + " finished, backing off or set aside"));
    }

    private long scans() throws SQLException {
        return system.number("SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'owl'");
    }

    /** A look is held fast in its snapshot until the same rows have been run by hand and have left. */
    @Test
    void aRowThatAPersonHadRunSinceTheLookIsNotRunAgain() throws Exception {
        system.makeTable("owl", 5);
        system.execute("CREATE TABLE gate (closed boolean)");
        system.execute("INSERT INTO gate VALUES (true)");
        system.execute("CREATE FUNCTION pass() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN"
                + " IF (SELECT closed FROM gate) THEN PERFORM pg_advisory_xact_lock_shared(42); END IF;"
                + " RETURN true; END $$");
        system.execute("CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN DELETE FROM owl WHERE id = CAST(new.subject_id AS bigint); RETURN NULL; END $$");
        system.execute("CREATE TRIGGER leave AFTER INSERT ON turing.memory" + " FOR EACH ROW EXECUTE FUNCTION leave()");
        registerQuery("alma", "SELECT id FROM owl WHERE pass()", "on_return");
        RuntimeProgram slow;
        try (Connection holder = system.connect();
                Statement hold = holder.createStatement()) {
            hold.execute("SELECT pg_advisory_lock(42)");
            slow = system.start();
            WholeSystem.await("the look to be held")
                    .until(() ->
                            system.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                                    == 1);
            system.execute("UPDATE gate SET closed = false");
            for (int subject = 1; subject <= 5; subject++) {
                RunReport report = slow.control()
                        .run("alma", String.valueOf(subject))
                        .toCompletableFuture()
                        .get(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(report.status()).as(report.toString()).isEqualTo("completed");
            }
            WholeSystem.await("all of them to have left")
                    .until(() -> system.number("SELECT count(*) FROM turing.memory WHERE state = 'left'") == 5);
        }
        WholeSystem.await("the slow one to be idle")
                .until(() -> WholeSystem.status(slow, "alma").state().equals("idle")
                        && system.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0);
        system.registerGood("carl", 1);
        WholeSystem.await("its neighbour").until(() -> system.done("carl") == 1);
        assertThat(system.ofTickets("alma", "subject_id")).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
    }
}
