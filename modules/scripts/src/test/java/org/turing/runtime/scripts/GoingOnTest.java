package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;

/** Runs that are handed more while they are at something. */
class GoingOnTest extends StagedTest {

    /**
     * Says that it is at its subject, takes longer than a script file is taken for what it was, and until it may end.
     */
    private static final String HELD = """
            import json, os, pathlib, sys, time
            for line in sys.stdin:
                subject = json.loads(line)["subject_id"]
                pathlib.Path("at-" + subject).touch()
                time.sleep(0.2)
                while not os.path.exists("go-on"): time.sleep(0.01)
                print(json.dumps({"output": {"by": %s}}), flush=True)
            """;

    private static final Claim FIRST = Stage.claim("1");
    private static final Claim SECOND = Stage.claim("2");

    private Stage.Started held(TaskType taskType) {
        Stage.Started run = stage.start(taskType, List.of(FIRST));
        await().atMost(Stage.LONG).until(() -> Files.exists(stage.scripts.resolve("at-1")));
        return run;
    }

    private void letGo() throws Exception {
        Files.createFile(stage.scripts.resolve("go-on"));
    }

    @Test
    void oneAfterTheOtherOnTheSameLane() throws Exception {
        stage.script("held.py", HELD.formatted(1));
        Stage.Started run = held(Stage.taskType("held.py", ExecutionType.WORKER));

        assertThat(run.run().goOnWith(List.of(SECOND), Stage.LONG)).isTrue();
        assertThat(run.run().clear().toCompletableFuture()).isNotDone();
        letGo();

        Stage.success(run.result(FIRST));
        Stage.success(run.result(SECOND));
        assertThat(run.run().goOnWith(List.of(Stage.claim("3")), Stage.LONG)).isFalse();
    }

    @Test
    void whatIsHandedLaterIsLeftOnceNothingMoreIsToBegin() throws Exception {
        stage.script("held.py", HELD.formatted(1));
        Stage.Started run = held(Stage.taskType("held.py", ExecutionType.WORKER));

        run.run().goOnWith(List.of(SECOND), Stage.LONG);

        assertThat(run.run().leaveRest()).containsExactly(SECOND);
        letGo();
        assertThat(run.cleared().results).containsOnlyKeys(FIRST.ticketId());
    }

    @Test
    void aCancelledRunGoesOnWithNothing() throws Exception {
        stage.script("held.py", HELD.formatted(1));
        Stage.Started run = held(Stage.taskType("held.py", ExecutionType.WORKER));

        run.run().cancel("a test");

        assertThat(run.run().goOnWith(List.of(SECOND), Stage.LONG)).isFalse();
        assertThat(run.result(FIRST).outcome()).isInstanceOf(Outcome.Cancelled.class);
    }

    @Test
    void aFailureThatMayBeTheModelsIsTheLastOfItsRun() throws Exception {
        stage.script("failing.py", """
                import json, sys
                for line in sys.stdin:
                    print(json.dumps({"success": False, "error": "no answer"}), flush=True)
                """);
        List<Claim> claims = List.of(FIRST, SECOND);

        Stage.Started ofItsOwn = stage.start(Stage.taskType("failing.py", ExecutionType.WORKER), claims);
        Stage.Started ofAModel = stage.start(Stage.withModel("failing.py", ExecutionType.WORKER), claims);

        assertThat(ofItsOwn.cleared().results).hasSize(2);
        assertThat(ofAModel.cleared().results).containsOnlyKeys(FIRST.ticketId());
        assertThat(ofAModel.run().leaveRest()).containsExactly(SECOND);
        assertThat(ofAModel.run().goOnWith(List.of(Stage.claim("3")), Stage.LONG))
                .isFalse();
    }

    @Test
    void theTimeoutThatCameWithItCountsForWhatBeginsThen() throws Exception {
        stage.script("slow.py", """
                import json, os, pathlib, sys, time
                for line in sys.stdin:
                    subject = json.loads(line)["subject_id"]
                    pathlib.Path("at-" + subject).touch()
                    while subject == "2" or not os.path.exists("go-on"): time.sleep(0.01)
                    print("{}", flush=True)
                """);
        Stage.Started run = held(Stage.taskType("slow.py", ExecutionType.WORKER));

        run.run().goOnWith(List.of(SECOND), Duration.ofMillis(200));
        letGo();

        assertThat(run.result(SECOND).outcome()).isInstanceOf(Outcome.TimedOut.class);
    }

    @Test
    void aScriptThatIsChangedMeanwhileIsSeen() throws Exception {
        stage.script("held.py", HELD.formatted(1));
        Stage.Started run = held(Stage.taskType("held.py", ExecutionType.WORKER));
        run.run().goOnWith(List.of(SECOND), Stage.LONG);

        stage.script("held.py", HELD.formatted(2));
        letGo();

        assertThat(Stage.success(run.result(FIRST)).output()).contains("1");
        assertThat(Stage.success(run.result(SECOND)).output()).contains("2");
    }

    @Test
    void aRunOfOneByOneEndsWhereTheScriptHasBecomeOneForBatches() throws Exception {
        stage.script("held.py", "# turing: worker\n" + HELD.formatted(1));
        Stage.Started run = held(Stage.taskType("held.py", ExecutionType.AUTO));
        run.run().goOnWith(List.of(SECOND), Stage.LONG);

        stage.script("held.py", "# turing: bulk\n" + HELD.formatted(2));
        letGo();

        assertThat(run.cleared().results).containsOnlyKeys(FIRST.ticketId());
        assertThat(run.run().leaveRest()).containsExactly(SECOND);
    }

    @Test
    void aBatchIsCompleteAsItIs() throws Exception {
        stage.script("held.py", HELD.formatted(1));
        Stage.Started run = held(Stage.taskType("held.py", ExecutionType.BULK));

        assertThat(run.run().goOnWith(List.of(SECOND), Stage.LONG)).isFalse();

        letGo();
        assertThat(run.cleared().results).containsOnlyKeys(FIRST.ticketId());
    }
}
