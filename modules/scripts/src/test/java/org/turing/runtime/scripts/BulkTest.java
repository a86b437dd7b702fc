package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;

class BulkTest extends StagedTest {

    private static final TaskType BULK = Stage.taskType("bulk.py", ExecutionType.BULK);

    private final List<Claim> batch = List.of(Stage.claim("1"), Stage.claim("2"), Stage.claim("3"));

    private Stage.Started bulk(String body) throws Exception {
        return bulk(body, BULK);
    }

    private Stage.Started bulk(String body, TaskType taskType) throws Exception {
        stage.script(
                "bulk.py",
                "import json, os, sys, time\ndef say(**result): print(json.dumps(result), flush=True)\n"
                        + "tickets = [json.loads(line) for line in sys.stdin]\n" + body);
        return stage.start(taskType, batch);
    }

    private Outcome outcome(Stage.Started started, int which) throws Exception {
        return started.result(batch.get(which)).outcome();
    }

    @Test
    void resultsGoToTheSubjectsThatTheyName() throws Exception {
        var started = bulk("""
                say(ticket_id=tickets[2]["ticket_id"], success=True, output="third")
                say(subject_id="2", success=False, skip_reason="second")
                say(subject_id=1, success=False, error="first", retry=False)
                """);

        assertThat(outcome(started, 0)).isEqualTo(new Outcome.Failed("first", false, null));
        assertThat(outcome(started, 1)).isEqualTo(new Outcome.Skipped("second", null));
        assertThat(outcome(started, 2)).isEqualTo(new Outcome.Succeeded(null, "\"third\""));
    }

    @Test
    void resultsWithoutANameGoByOrder() throws Exception {
        var started = bulk("for t in tickets: say(success=True, status='s' + t['subject_id'])");

        for (int i = 0; i < 3; i++) {
            assertThat(outcome(started, i)).isEqualTo(new Outcome.Succeeded("s" + (i + 1), null));
        }
    }

    @Test
    void aResultIsReportedAsSoonAsItsLineIsThere() throws Exception {
        Path go = folder.resolve("go");
        var started = bulk(
                "say(output='early')\nwhile not os.path.exists('%s'): time.sleep(0.01)\nsay()\nsay()".formatted(go));

        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> started.results.containsKey(batch.get(0).ticketId()));
        assertThat(started.results).hasSize(1);
        assertThat(started.run().clear().toCompletableFuture()).isNotDone();
        Files.createFile(go);

        assertThat(outcome(started, 2)).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void whatIsPrintedBeforeAResultIsItsSubjectsLog() throws Exception {
        var started = bulk("for t in tickets: print('looking at', t['subject_id']); say()");

        assertThat(started.result(batch.get(1)).log().stdout()).isEqualTo("looking at 2\n");
    }

    @Test
    void subjectsWithoutALineFailWithTheExitCodeAndTheOthersKeepTheirs() throws Exception {
        var started = bulk("say(subject_id='2')\nprint('{\"broken\": NaN}')\nsys.exit(3)");

        assertThat(outcome(started, 1)).isInstanceOf(Outcome.Succeeded.class);
        assertThat(Stage.failure(started.result(batch.get(0))))
                .contains("no result line for this subject", "exited with code 3", "NaN");
        assertThat(started.result(batch.get(2)).log().exitCode()).isEqualTo(3);
    }

    @Test
    void aResultForAStrangerIsNobodysAndTheSecondForOneSubjectNeither() throws Exception {
        var started = bulk("say(subject_id='9')\nsay(subject_id='1', status='a')\nsay(subject_id='1', status='b')\n");

        assertThat(outcome(started, 0)).isEqualTo(new Outcome.Succeeded("a", null));
        assertThat(Stage.failure(started.result(batch.get(1)))).contains("names no subject that waits for one");
    }

    @Test
    void theTimeoutBeginsAnewWithEachResult() throws Exception {
        var started = bulk(
                "time.sleep(2.1)\nsay()\ntime.sleep(2.1)\nsay()\ntime.sleep(600)",
                Stage.taskType("bulk.py", ExecutionType.BULK, Duration.ofSeconds(4), null));

        assertThat(outcome(started, 1)).isInstanceOf(Outcome.Succeeded.class);
        assertThat(Stage.failure(started.result(batch.get(2)))).startsWith("timed out after 4.0 s");
    }

    @Test
    void cancellingKeepsTheResultsThatAreThere() throws Exception {
        var started = bulk("say()\ntime.sleep(600)");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> started.results.size() == 1);

        started.run().cancel("by a person");

        assertThat(outcome(started, 0)).isInstanceOf(Outcome.Succeeded.class);
        assertThat(outcome(started, 1)).isEqualTo(new Outcome.Cancelled("by a person"));
        assertThat(outcome(started, 2)).isEqualTo(new Outcome.Cancelled("by a person"));
    }
}
