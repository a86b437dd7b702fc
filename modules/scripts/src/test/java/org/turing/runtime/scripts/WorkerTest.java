package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

class WorkerTest extends StagedTest {

    private static final TaskType WORKER = Stage.taskType("worker.sh", ExecutionType.WORKER);

    private ScriptHost.Result worker(String body) throws Exception {
        stage.script("worker.sh", "#!/bin/sh\nn=0\nwhile read -r line; do n=$((n+1))\n" + body + "\ndone\n");
        return stage.run(WORKER, Stage.claim("1"));
    }

    @Test
    void aWorkerInAnyLanguageServesManySubjectsOneAtATime() throws Exception {
        ScriptHost.Result first = worker("echo \"{\\\"output\\\": \\\"$$ $n\\\"}\"");
        ScriptHost.Result second = stage.run(WORKER, Stage.claim("2"));

        String pid = Stage.success(first).output().split("[\" ]")[1];
        assertThat(Stage.success(first).output()).isEqualTo("\"" + pid + " 1\"");
        assertThat(Stage.success(second).output()).isEqualTo("\"" + pid + " 2\"");
    }

    @Test
    void textBeforeTheAnswerIsKeptAsItsLog() throws Exception {
        ScriptHost.Result result = worker("echo thinking; echo '{\"success\": true, \"status\": \"x\"}'");

        assertThat(Stage.success(result).status()).isEqualTo("x");
        assertThat(result.log().stdout()).isEqualTo("thinking\n");
    }

    @Test
    void aSecondAnswerIsNeverTakenForTheNextSubjects() throws Exception {
        Path printed = folder.resolve("printed");
        worker("echo \"{\\\"status\\\": \\\"$n\\\"}\"; echo '{\"status\": \"stray\"}'; echo $$ >" + printed);
        Processes.awaitPid(printed);

        ScriptHost.Result second = stage.run(WORKER, Stage.claim("2"));

        assertThat(Stage.success(second).status()).isEqualTo("2");
        assertThat(second.log().stdout()).isEqualTo("{\"status\": \"stray\"}\n");
    }

    @Test
    void anAnswerToAnotherTicketIsNoAnswer() throws Exception {
        ScriptHost.Result result = worker("echo '{\"ticket_id\": 1, \"status\": \"a\"}'; echo '{\"status\": \"b\"}'");

        assertThat(Stage.success(result).status()).isEqualTo("b");
    }

    @Test
    void anAnswerThatIsNotJsonFailsTheSubjectAndReplacesTheWorker() throws Exception {
        ScriptHost.Result result = worker("echo '{\"value\": NaN}'");

        assertThat(Stage.failure(result)).contains("the worker's answer can't be read", "NaN");
    }

    @Test
    void anAnswerBeyondTheLimitFailsTheSubject() throws Exception {
        ScriptHost.Result result = worker("printf '{\"x\": \"'; head -c 20000000 /dev/zero | tr '\\0' x; echo '\"}'");

        assertThat(Stage.failure(result)).contains("longer than the 16777216 bytes");
    }

    @Test
    void aWorkerThatClosesItsOutputFailsTheSubject() throws Exception {
        stage.script("worker.sh", "#!/bin/sh\nread line\nexec >&-\nexec sleep 600\n");

        assertThat(stage.failure("worker.sh", ExecutionType.WORKER))
                .contains("was ended by SIGTERM before it answered");
    }

    @Test
    void cancellingEndsTheWorkerAtHand() throws Exception {
        Path pid = folder.resolve("pid");
        stage.script("worker.sh", "#!/bin/sh\nread line\necho $$ >" + pid + "\nexec sleep 600\n");
        Claim claim = Stage.claim("1");
        var started = stage.start(WORKER, List.of(claim));
        long worker = Processes.awaitPid(pid);

        started.run().cancel("by a person");

        assertThat(started.result(claim).outcome()).isEqualTo(new Outcome.Cancelled("by a person"));
        assertThat(Processes.alive(worker)).isFalse();
    }
}
