package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.turing.runtime.app.whole.WholeSystem.glance;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.app.program.RuntimeProgram;

/** The cards of a host, from its settings to its tickets. */
class CardsTest {

    /** Says on which card it is counted, once two are at work at the same time. */
    private static final String MEETING = """
            # turing: worker
            import glob, json, os, sys, time

            for line in sys.stdin:
                ticket = json.loads(line)
                open("here-" + str(os.getpid()), "w").close()
                while len(glob.glob("here-*")) < 2:
                    time.sleep(0.005)
                print(json.dumps({"output": {"gpu": ticket["gpu"]}, "ticket_id": ticket["ticket_id"]}), flush=True)
            """;

    @RegisterExtension
    final WholeSystem system = new WholeSystem()
            .with("turing.host.gpus", "[{ name = left, memory = 24 GiB }, { name = right, memory = 8 GiB }]");

    @Test
    void twoSlotsAreOnTwoCardsWhichTicketsAndScriptsName() throws Exception {
        system.script("meeting.py", MEETING);
        system.execute("INSERT INTO turing.models (model_name, slots) VALUES ('qwen', 2)");
        system.makeTable("alma", 40);
        system.registerMoving("alma", "alma", "meeting.py", "requires_model", "qwen", "timeout_seconds", 60);

        RunSummary summary = system.runOnce();

        assertThat(summary.completed()).isEqualTo(40);
        assertThat(system.column("SELECT DISTINCT gpu FROM turing.tickets ORDER BY gpu"))
                .containsExactly("left", "right");
        assertThat(system.number("SELECT count(*) FROM turing.tickets WHERE output ->> 'gpu' IS DISTINCT FROM gpu"))
                .as("tickets whose script was told otherwise")
                .isZero();
        assertThat(system.number("""
                SELECT count(*) FROM turing.tickets a JOIN turing.tickets b
                    ON a.ticket_id < b.ticket_id AND a.started_at < b.finished_at AND b.started_at < a.finished_at
                 WHERE a.gpu = b.gpu""")).as("two at a time on one card").isZero();
    }

    @Test
    void withoutAModelThereIsNoCard() throws Exception {
        system.makeTable("alma", 1);
        system.registerMoving("alma", "alma", "good.py");

        assertThat(system.runOnce().completed()).isEqualTo(1);

        assertThat(system.ofTickets("alma", "gpu")).containsExactly("null");
    }

    @Test
    void statusShowsThemWithTheirMemory() throws Exception {
        RuntimeProgram program = system.start();

        WholeSystem.await("that status shows the cards")
                .until(() -> glance(program).nodes().stream()
                        .anyMatch(node -> node.gpus().equals(List.of("left (24576 MiB)", "right (8192 MiB)"))));
    }
}
