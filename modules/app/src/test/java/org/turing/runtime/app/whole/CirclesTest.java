package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subjects that would go round for ever. */
class CirclesTest {

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    private void register(String name, String table, String from, String to, Object... more) throws Exception {
        system.registerMoving(name, table, "good.py", more);
        system.execute("UPDATE turing.task_types SET pipeline = " + WholeSystem.literal(name) + ", inbox_status = "
                + WholeSystem.literal(from) + ", outbox_status = " + WholeSystem.literal(to)
                + " WHERE task_type_name = " + WholeSystem.literal(name));
    }

    private void assertStopped(Child child, String taskType) throws Exception {
        assertThat(child.printed())
                .contains("task type '" + taskType + "': 2 subject(s) set aside: 1, 2 "
                        + "(free them: turing retry --task-type " + taskType + " --state set_aside). "
                        + "1: it visited this task type 3 times in one chain within ten minutes, and no more are allowed: "
                        + "does it go round in a circle? Free it: turing retry ");
        assertThat(system.tickets(taskType, "completed")).isEqualTo(2 * 3);
    }

    @Test
    void twoPipelinesThatFeedEachOtherAreStoppedWithAMessage() throws Exception {
        system.makeTable("owl", 2);
        register("forth", "owl", "new", "x");
        register("back", "owl", "x", "new");
        system.makeTable("hawk", 2);
        String query = "SELECT id FROM hawk WHERE status = '%s' ORDER BY id";
        register("forth_by_query", "hawk", "new", "x", "work_query", query.formatted("new"));
        register("back_by_query", "hawk", "x", "new", "work_query", query.formatted("x"));

        Child child = system.child("start", "--run-once");

        assertThat(child.exitCode()).as(child.printed()).isEqualTo(1);
        assertStopped(child, "forth");
        assertThat(system.tickets("back", "completed")).isEqualTo(6);
        // a subject that is back before its inbox was asked whether it had left is taken for one that stayed
        assertThat(child.printed())
                .containsPattern("task type '(forth|back)_by_query': [12] subject\\(s\\) (set aside|stayed)");
        assertThat(system.column("SELECT subject_id FROM turing.memory JOIN turing.task_types USING (task_type_id)"
                        + " WHERE task_type_name LIKE '%_by_query' AND state IN ('set_aside', 'stayed')"))
                .containsExactlyInAnyOrder("1", "2");
        assertThat(system.tickets("forth_by_query", "completed")).isBetween(1L, 6L);
    }

    @Test
    void aTaskTypeThatFeedsItselfIsStoppedWithAMessage() throws Exception {
        system.makeTable("owl", 2);
        system.execute("CREATE FUNCTION renew() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN new.status := 'new'; RETURN new; END $$");
        system.execute("CREATE TRIGGER renew BEFORE UPDATE ON owl FOR EACH ROW EXECUTE FUNCTION renew()");
        register("itself", "owl", "new", "done");
        system.makeTable("hawk", 2);
        system.register("staying", "work_query", "SELECT id FROM hawk ORDER BY id", "script_path", "good.py");

        Child child = system.child("start", "--run-once");

        assertThat(child.exitCode()).as(child.printed()).isEqualTo(1);
        assertStopped(child, "itself");
        assertThat(child.printed())
                .contains(
                        "task type 'staying': 2 subject(s) stayed in the inbox after a success and are set aside: 1, 2;")
                .contains("free them: turing retry --task-type staying");
        assertThat(system.tickets("staying", "completed")).isEqualTo(2);
    }
}
