package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.app.program.RuntimeProgram;

/** What {@code turing start} does by its options, and how it ends. */
class StartOptionsTest {

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    @BeforeEach
    void registerTwo() throws Exception {
        system.registerGood("alma", 10);
        system.registerGood("carl", 7);
    }

    @Test
    void aLimitIsTheNumberOfTicketsThatAreMade() throws Exception {
        RunSummary summary = system.runToItsEnd(new Assignment(Set.of(), null, 3, Set.of(), false, false));

        assertThat(summary.completed()).isEqualTo(3);
        assertThat(summary.clean()).isTrue();
        assertThat(system.number("SELECT count(*) FROM turing.tickets")).isEqualTo(3);
        assertThat(system.done("alma") + system.done("carl")).isEqualTo(3);
    }

    @Test
    void subjectsThatAreNamedRunAndNoOthers() throws Exception {
        RunSummary summary = system.runToItsEnd(new Assignment(Set.of("alma"), null, 0, Set.of("2", "5"), true, false));

        assertThat(summary.completed()).isEqualTo(2);
        assertThat(system.column("SELECT id FROM alma WHERE status = 'done' ORDER BY id"))
                .containsExactly("2", "5");
        assertThat(system.done("carl")).isZero();
    }

    @Test
    void runOnceLeavesWithExitCodeZeroWhenAllIsDone() throws Exception {
        Child child = system.child("start", "--run-once");

        assertThat(child.exitCode()).as(child.printed()).isZero();
        assertThat(child.printed()).contains("completed 17, skipped 0, failed 0, dead 0");
        assertThat(system.done("alma")).isEqualTo(10);
    }

    @Test
    void runOnceLeavesWithExitCodeOneAndNamesWhatDiedOrIsBlocked() throws Exception {
        system.script("bad.py", "raise ValueError('no owl')\n");
        system.register("dying", "work_query", "SELECT 1 AS id", "script_path", "bad.py", "max_attempts", 1);
        system.register("faulted", "work_query", "SELECT statu FROM carl", "script_path", "good.py");

        Child child = system.child("start", "--run-once");

        assertThat(child.exitCode()).as(child.printed()).isEqualTo(1);
        assertThat(child.printed())
                .contains("completed 17, skipped 0, failed 0, dead 1")
                .contains(
                        "blocked: task type 'faulted' is faulted: work_query failed: column \"statu\" does not exist");
    }

    @Test
    void aNameThatDoesNotExistIsExitCodeTwoAndToldWithThoseThatDo() throws Exception {
        Child child = system.childOn("another", "start", "--task_type", "nix");
        String registered = "turing: there is no task type 'nix'. Registered: alma, carl\n";
        for (String[] command : new String[][] {
            {"start", "--task_type", "nix", "--dry-run"},
            {"run", "nix", "1"},
            {"tickets", "--task-type", "nix"},
            {"retry", "--task-type", "nix"}
        }) {
            WholeSystem.Result result = system.turing(command);
            assertThat(result.exitCode()).as(String.join(" ", command)).isEqualTo(2);
            assertThat(result.said()).as(String.join(" ", command)).isEqualTo(registered);
        }
        assertThat(system.turing("run", "carlo", "1").said())
                .isEqualTo("turing: there is no task type 'carlo'. Did you mean carl?\n");
        assertThat(child.exitCode()).as(child.printed()).isEqualTo(2);
        assertThat(child.printed()).contains(registered);
    }

    @Test
    void aRunningRuntimeTellsANameThatDoesNotExistFromOneThatItDoesNotRun() throws Exception {
        system.start(new Assignment(Set.of("alma"), null, 0, Set.of(), false, false));

        WholeSystem.Result unknown = system.turing("pause", "almo");
        WholeSystem.Result model = system.turing("resume", "--model", "mistral");
        WholeSystem.Result elsewhere = system.turing("pause", "carl");
        WholeSystem.Result run = system.turing("run", "nix", "1");

        assertThat(unknown.said()).isEqualTo("turing: there is no task type 'almo'. Did you mean alma?\n");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(model.said()).isEqualTo("turing: there is no model 'mistral'. None is registered\n");
        assertThat(model.exitCode()).isEqualTo(2);
        assertThat(elsewhere.said()).isEqualTo("turing: task type 'carl' does not run here (see: turing status)\n");
        assertThat(elsewhere.exitCode()).isEqualTo(1);
        assertThat(run.said()).isEqualTo("turing: there is no task type 'nix'. Registered: alma, carl\n");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void anOptionThatDoesNotExistIsExitCodeTwo() {
        WholeSystem.Result result = system.turing("start", "--task-typ", "alma");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.said()).contains("Unknown option", "'--task-typ'", "Possible solutions: --task_type");
    }

    @Test
    void aTaskTypeThatRunsOutWhileOthersHaveWorkSaysSoWithCountsAndWhatRunsThem() throws Exception {
        String warning = "nothing is left to do here, but other task types have work waiting (carl: 7). To run it:"
                + " turing start --task_type carl, or turing start for everything";

        RuntimeProgram program = system.start(new Assignment(Set.of("alma"), null, 0, Set.of(), false, false));

        WholeSystem.await("the warning")
                .untilAsserted(() -> assertThat(WholeSystem.statusText(program)).contains(warning));
        assertThat(system.done("alma")).isEqualTo(10);
    }

    @Test
    void runOnceOfOneTaskTypeSaysSoTooBeforeItLeaves() throws Exception {
        Child child = system.child("start", "--run-once", "--task_type", "alma");

        assertThat(child.exitCode()).as(child.printed()).isZero();
        assertThat(child.printed())
                .contains("completed 10")
                .contains("other task types have work waiting (carl: 7). To run it: turing start --task_type carl");
    }
}
