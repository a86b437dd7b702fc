package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

/** Output that no script in its right mind prints, from each kind of process: it harms its own ticket at most. */
@Timeout(300)
class FuzzTest extends StagedTest {

    /** Prints the oddity whose number is the subject id; random bytes are seeded with it. */
    private static final String ODDITIES = """
            import random, sys
            out = sys.stdout.buffer

            def odd(number, ticket_id=0):
                seeded = random.Random(number)
                oddities = [
                    seeded.randbytes(100_000) if hasattr(seeded, "randbytes") else b"\\xff\\x00{",
                    b'{"x": "' + b"y" * 20_000_000 + b'"}',
                    b"z" * 20_000_000,
                    b'{"output": "\\xff\\xfe\\xc3"}',
                    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
                    b"[" * 100_000,
                    b'{"output": 1e400}',
                    b'{"output": 1e999999999}',
                    b'{"output": 1e99999999999999}',
                    b'{"output": ' + b"9" * 400 + b"}",
                    b'{"output": ' + b"9" * 400_000 + b"}",
                    b'{"output": NaN}',
                    b'{"success": true, "success": false, "error": "twice"}',
                    b'{"output": "a\\\\u0000b", "error": "\\\\ud800"}',
                    b"{\\x00}",
                    b'{"success": true, "ticket_id": 424242424242}',
                    b'{"success": true, "ticket_id": 99999999999999999999999}',
                    b'{"success": {}, "status": [], "error": 7, "skip_reason": {}}',
                    b'{"success": false, "error": "' + b"e" * 1_000_000 + b'"}',
                    b'{"success": true, "output": "\\'; DROP TABLE owl; --", "status": "../../etc/passwd"}',
                    b'{"success": false, "environment": {"model": 1}, "retry": "maybe"}',
                    b"{}{}{}",
                    b'{"success": tru',
                ]
                out.write(oddities[number % len(oddities)] + b"\\n")
                out.flush()
            """;

    private static final int KINDS = 23;

    private void script(ExecutionType type) throws Exception {
        stage.script("oddities.py", ODDITIES);
        stage.script(
                "run.py",
                switch (type) {
                    case THICK ->
                        "import oddities\nclass A:\n    def process(self):\n"
                                + "        oddities.odd(self.input_data['subject_id'])\n        odd = {}\n"
                                + "        odd['self'] = odd\n        return odd\n";
                    case WORKER ->
                        "import json, oddities, sys\nfor line in sys.stdin:\n"
                                + "    oddities.odd(int(json.loads(line)['subject_id']))\n    print('{\"success\": true}', flush=True)\n";
                    default ->
                        "import json, oddities, sys\nfor line in sys.stdin:\n"
                                + "    oddities.odd(int(json.loads(line)['subject_id']))\n";
                });
    }

    @ParameterizedTest
    @EnumSource(names = {"SCRIPT", "WORKER", "THICK", "BULK"})
    void nothingButTheOneTicketIsHarmedAndWhatIsKeptIsBoundedAndFitsTheLedger(ExecutionType type) throws Exception {
        script(type);
        TaskType taskType = Stage.taskType("run.py", type);

        for (int kind = 0; kind < KINDS; kind++) {
            Claim claim = Stage.claim(Integer.toString(kind));
            assertKept(kind, stage.run(taskType, claim));
        }

        stage.script("good.sh", "#!/bin/sh\necho '{}'\n");
        assertThat(stage.run("good.sh", ExecutionType.SCRIPT).outcome()).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void aBatchOfOdditiesGivesEachSubjectAResultAndNoneASecond() throws Exception {
        script(ExecutionType.BULK);
        List<Claim> claims = IntStream.range(0, KINDS)
                .mapToObj(kind -> Stage.claim(Integer.toString(kind)))
                .toList();

        var started = stage.start(Stage.taskType("run.py", ExecutionType.BULK), claims)
                .cleared();

        assertThat(started.results).hasSize(KINDS); // the stage itself refuses a second result of a claim
        started.results.values().forEach(result -> assertKept(-1, result));
    }

    private static void assertKept(int kind, ScriptHost.Result result) {
        Outcome outcome = result.outcome();
        assertThat(outcome)
                .as("oddity " + kind)
                .isInstanceOfAny(
                        Outcome.Succeeded.class, Outcome.Failed.class, Outcome.Skipped.class, Outcome.Unrunnable.class);
        assertThat(result.log().stdout()).hasSizeLessThan(70_000).doesNotContain("\0");
        assertThat(result.log().stderr()).hasSizeLessThan(70_000).doesNotContain("\0");
        if (outcome instanceof Outcome.Failed failed) {
            assertThat(failed.error())
                    .as("oddity " + kind)
                    .isNotBlank()
                    .hasSizeLessThan(70_000)
                    .doesNotContain("the script host failed");
        }
        if (outcome instanceof Outcome.Succeeded succeeded && succeeded.output() != null) {
            assertThat(succeeded.output()).doesNotContain("\0", "NaN");
            try {
                new ObjectMapper().readTree(succeeded.output());
            } catch (IOException e) {
                throw new AssertionError("oddity " + kind + " is kept as what is no JSON: " + succeeded.output(), e);
            }
        }
    }
}
