package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;

/** A user's table that nobody gets at for a while, in three ways; those who work on other tables don't notice. */
class HinderedTablesTest {

    private static final int SUBJECTS = 30;

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    private StatusChanges changes;

    @BeforeEach
    void register() throws Exception {
        system.makeTable("owl", SUBJECTS);
        changes = StatusChanges.of(system, "owl");
        system.registerMoving("alma", "owl", "good.py", "scale_limit", 2);
        system.makeTable("lark", 0);
        system.registerMoving("neighbour", "lark", "good.py", "scale_limit", 2);
    }

    /**
     * The neighbour's subjects come in one after the other, so that each must be claimed, run and written meanwhile.
     */
    private void assertTheNeighbourWorks() throws SQLException {
        long before = system.done("lark");
        for (int more = 1; more <= SUBJECTS; more++) {
            long expected = before + more;
            system.execute("INSERT INTO lark VALUES (" + expected + ", 'new')");
            WholeSystem.await("the neighbour's subject " + expected).until(() -> system.done("lark") == expected);
        }
    }

    private void assertEverythingIsDoneOnce() throws Exception {
        WholeSystem.await("alma's work").until(() -> system.done("owl") == SUBJECTS);
        changes.assertOneOfEach(SUBJECTS);
        WholeSystem.await("the last outcome").until(() -> system.tickets("alma", "completed") == SUBJECTS);
        assertThat(system.number("SELECT count(*) FROM turing.claims")).isZero();
        assertThat(system.number("SELECT max(attempt) FROM turing.tickets")).isEqualTo(1);
    }

    @Test
    void aTableThatSomebodyHasLockedKeepsOnlyItsOwnTaskTypeWaiting() throws Exception {
        try (Connection other = system.connect();
                Statement lock = other.createStatement()) {
            system.script("slow.py", waitingFor("go"));
            system.execute("UPDATE turing.task_types SET script_path = 'slow.py' WHERE task_type_name = 'alma'");
            RuntimeProgram program = system.start();
            WholeSystem.await("alma's runs")
                    .untilAsserted(
                            () -> assertThat(WholeSystem.status(program, "alma").running())
                                    .isEqualTo(2));
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE owl IN ACCESS EXCLUSIVE MODE");
            system.script("go", "");

            WholeSystem.await("an outcome that waits")
                    .until(() -> WholeSystem.status(program).unwritten().outcomes() == 2);
            assertTheNeighbourWorks();
            other.rollback();
        }

        assertEverythingIsDoneOnce();
    }

    /** With a limit on the ledger's statements that is longer than this test has patience. */
    @Test
    void aTriggerThatHangsKeepsOnlyItsOwnTaskTypeWaiting() throws Exception {
        hangWhile("true");
        RuntimeProgram program =
                system.start(system.settings("data", Map.of("turing.db.ledger-timeout", "10m")), Assignment.EVERYTHING);
        WholeSystem.await("a trigger that hangs").until(() -> hanging() > 0);

        assertTheNeighbourWorks();
        assertThat(WholeSystem.status(program).unwritten().outcomes()).isPositive();
        letGo();

        assertEverythingIsDoneOnce();
    }

    @Test
    void aRowWhoseTriggerHangsKeepsNeitherItsNeighboursNorOthersWaiting() throws Exception {
        hangWhile("new.id = 1");
        system.start(system.settings("data", Map.of("turing.db.ledger-timeout", "1s")), Assignment.EVERYTHING);

        WholeSystem.await("all but one row").until(() -> system.done("owl") == SUBJECTS - 1);
        assertTheNeighbourWorks();
        letGo();

        assertEverythingIsDoneOnce();
    }

    private void hangWhile(String condition) throws SQLException {
        system.execute("CREATE TABLE hang (so boolean)");
        system.execute("INSERT INTO hang VALUES (true)");
        system.execute("CREATE FUNCTION hang() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN WHILE " + condition
                + " AND EXISTS (SELECT FROM hang) LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN new; END $$");
        system.execute("CREATE TRIGGER hang BEFORE UPDATE ON owl FOR EACH ROW EXECUTE FUNCTION hang()");
    }

    private void letGo() throws SQLException {
        system.execute("DELETE FROM hang");
    }

    private long hanging() throws SQLException {
        return system.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND wait_event = 'PgSleep' AND application_name = 'turing-runtime ledger'");
    }

    private static String waitingFor(String file) {
        return """
                # turing: worker
                import json, os, sys, time

                for line in sys.stdin:
                    ticket = json.loads(line)
                    while not os.path.exists("%s"):
                        time.sleep(0.01)
                    print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
                """.formatted(file);
    }
}
