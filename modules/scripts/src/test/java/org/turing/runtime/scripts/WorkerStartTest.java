package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

/** How long a worker takes to be there is no matter of the subject that happens to be its first. */
class WorkerStartTest extends StagedTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static TaskType worker(Duration limit) {
        return Stage.taskType("worker.sh", ExecutionType.WORKER, limit, null);
    }

    private static TaskType actor() {
        return Stage.taskType("actor.py", ExecutionType.THICK, LIMIT, null);
    }

    private void importing(String statements) throws Exception {
        stage.script(
                "actor.py",
                "import os, time\n" + statements + "\nclass Actor:\n    def process(self):\n        return {}\n");
    }

    private void startsWithin(Duration longest) throws Exception {
        reopen(settings().withTimes(Stage.QUICK.withStart(longest)));
    }

    @Test
    void anImportThatTakesLongerThanASubjectMayIsNoPartOfTheFirstSubjectsRun() throws Exception {
        importing("time.sleep(3)");

        assertThat(stage.run(actor(), Stage.claim("1")).outcome()).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void anActorIsHandedItsFirstSubjectWhenItIsImported() throws Exception {
        Path pid = folder.resolve("pid");
        Path go = folder.resolve("go");
        importing("print(os.getpid(), file=open('" + pid + "', 'w'), flush=True)\n" + "while not os.path.exists('" + go
                + "'):\n    time.sleep(0.01)");
        Claim claim = Stage.claim("1");

        var run = stage.start(Stage.taskType("actor.py", ExecutionType.THICK), List.of(claim));
        Processes.awaitPid(pid);
        assertThat(run.starts).as("times at which its run began").hasValue(0);
        Files.createFile(go);

        assertThat(run.result(claim).outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertThat(run.starts).hasValue(1);
    }

    @Test
    void anImportThatNeverEndsIsTheScriptsFaultAndIsEnded() throws Exception {
        startsWithin(Duration.ofSeconds(2));
        Path pid = folder.resolve("pid");
        importing("print(os.getpid(), file=open('" + pid + "', 'w'), flush=True)\ntime.sleep(600)");

        ScriptHost.Result result = stage.run(Stage.taskType("actor.py", ExecutionType.THICK), Stage.claim("1"));

        assertThat(result.outcome()).isInstanceOfSatisfying(Outcome.Unrunnable.class, unrunnable -> {
            assertThat(unrunnable.part()).isEqualTo(Environment.SCRIPT);
            assertThat(unrunnable.error())
                    .startsWith("task type 'tidy': its worker was not ready after 2.0 s and was ended. Fix: let ")
                    .endsWith("actor.py do less when it is imported, or raise turing.scripts.start-limit");
        });
        assertThat(Processes.alive(Processes.awaitPid(pid))).isFalse();
    }

    @Test
    void aWorkerThatDoesNotSayWhenItIsReadyHasTheTimeOfItsStartForItsFirstSubjectToo() throws Exception {
        stage.script("worker.sh", "#!/bin/sh\nsleep 3\nwhile read -r line; do echo '{}'; done\n");

        assertThat(stage.run(worker(LIMIT), Stage.claim("1")).outcome()).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void aWorkerThatNeverAnswersIsEndedWhenBothTimesAreOver() throws Exception {
        startsWithin(Duration.ofSeconds(1));
        stage.script("worker.sh", "#!/bin/sh\nexec sleep 600\n");

        ScriptHost.Result result = stage.run(worker(LIMIT), Stage.claim("1"));

        assertThat(Stage.failure(result))
                .startsWith("timed out after 3.0 s, which its worker's start may have taken too")
                .contains("{\"ready\": true}");
    }

    @Test
    void onceAWorkerSaysThatItIsReadyItsSubjectHasItsOwnTimeAlone() throws Exception {
        stage.script("worker.sh", "#!/bin/sh\nsleep 1\necho '{\"ready\": true}'\nread -r line\nexec sleep 600\n");
        Claim claim = Stage.claim("1");

        var run = stage.start(worker(Duration.ofMillis(500)), List.of(claim));

        assertThat(Stage.failure(run.result(claim))).startsWith("timed out after 0.5 s and was ended");
        assertThat(run.starts)
                .as("when it was handed over, and when it was ready")
                .hasValue(2);
    }

    @Test
    void onceAWorkerHasAnsweredItsSubjectsHaveTheirOwnTimeAlone() throws Exception {
        stage.script("worker.sh", "#!/bin/sh\nread -r line\necho '{}'\nread -r line\nexec sleep 600\n");
        stage.run(worker(Duration.ofMillis(500)), Stage.claim("1"));

        ScriptHost.Result second = stage.run(worker(Duration.ofMillis(500)), Stage.claim("2"));

        assertThat(Stage.failure(second)).startsWith("timed out after 0.5 s and was ended");
    }

    @Test
    void aResultThatSaysReadyIsAResult() throws Exception {
        stage.script(
                "worker.sh",
                "#!/bin/sh\nread -r line\necho '{\"ready\": true, \"eggs\": 3}'\nread -r line\necho '{\"ready\": true}'\n");

        ScriptHost.Result first = stage.run(worker(Stage.LONG), Stage.claim("1"));
        ScriptHost.Result second = stage.run(worker(Stage.LONG), Stage.claim("2"));

        assertThat(Stage.success(first).output()).isEqualTo("{\"ready\":true,\"eggs\":3}");
        assertThat(Stage.success(second).output()).isEqualTo("{\"ready\":true}");
    }
}
