package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.app.program.Assignment;

/** Task types of one model with one slot take turns; those of different models run side by side. */
class ModelsTest {

    /** Waits until a script of the other model has run: without an overlap none would ever finish. */
    private static final String MEETING = """
            # turing: worker
            import json, os, sys, time

            for line in sys.stdin:
                ticket = json.loads(line)
                open("here-" + ticket["model"], "w").close()
                other = {"mistral-nemo": "qwen", "qwen": "mistral-nemo"}[ticket["model"]]
                while not os.path.exists("here-" + other):
                    time.sleep(0.005)
                print(json.dumps({"success": True, "ticket_id": ticket["ticket_id"]}), flush=True)
            """;

    private static final String OVERLAPS = """
            SELECT count(*) FROM turing.tickets a JOIN turing.tickets b
                ON a.ticket_id < b.ticket_id AND a.started_at < b.finished_at AND b.started_at < a.finished_at
             WHERE a.model %s b.model""";

    @RegisterExtension
    final WholeSystem system = new WholeSystem().with("turing.work.quantum", "100ms");

    @BeforeEach
    void registerThree() throws Exception {
        system.script("meeting.py", MEETING);
        system.execute("INSERT INTO turing.models (model_name, slots) VALUES ('mistral-nemo', 1), ('qwen', 1)");
        for (String name : new String[] {"alma", "clara_a", "clara_b"}) {
            system.makeTable(name, 40);
            system.registerMoving(
                    name,
                    name,
                    "meeting.py",
                    "requires_model",
                    name.equals("clara_b") ? "qwen" : "mistral-nemo",
                    "timeout_seconds",
                    60);
        }
    }

    @Test
    void differentModelsOverlapAndTaskTypesOfOneModelNeverDo() throws Exception {
        RunSummary summary = system.runOnce();

        assertThat(summary.completed()).isEqualTo(120);
        assertThat(summary.failed()).isZero();
        assertThat(system.number(OVERLAPS.formatted("=")))
                .as("overlaps of one model")
                .isZero();
        assertThat(system.number(OVERLAPS.formatted("<>")))
                .as("overlaps of two models")
                .isPositive();
        assertThat(system.column("SELECT DISTINCT model FROM turing.tickets ORDER BY model"))
                .containsExactly("mistral-nemo", "qwen");
    }

    @Test
    void aSecondSlotLetsTwoOfOneModelRunAndNoThird() throws Exception {
        system.execute("UPDATE turing.models SET slots = 2 WHERE model_name = 'mistral-nemo'");
        system.script("meeting.py", """
                # turing: worker
                import glob, json, os, sys, time

                for line in sys.stdin:
                    open("here-" + str(os.getpid()), "w").close()
                    while len(glob.glob("here-*")) < 2:
                        time.sleep(0.005)
                    print(json.dumps({"success": True, "ticket_id": json.loads(line)["ticket_id"]}), flush=True)
                """);

        RunSummary summary =
                system.runToItsEnd(new Assignment(Set.of("alma", "clara_a"), null, 0, Set.of(), true, false));

        assertThat(summary.completed()).isEqualTo(80);
        assertThat(system.number("""
                SELECT max(running) FROM (
                    SELECT sum(change) OVER (ORDER BY at, change) AS running FROM turing.tickets,
                           LATERAL (VALUES (started_at, 1), (finished_at, -1)) AS e (at, change)) AS counted""")).isEqualTo(2);
    }
}
