package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;

/** What a script of its own process is told, and what its output and its end mean. */
class ScriptPerSubjectTest extends StagedTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theSubjectArrivesAsArgumentAsJsonAndInTheEnvironment() throws Exception {
        stage.script("echo.py", """
                import json, os, sys
                told = {k: v for k, v in os.environ.items() if k.startswith("TURING_")}
                print(json.dumps({"output": {"argument": sys.argv[-1], "input": json.loads(sys.stdin.read()),
                                             "environment": told, "folder": os.getcwd()}}))
                """);
        Claim claim = Stage.claim("12 'x", "{\"name\": \"Bubo\",\n\"owl_id\": 1234}");

        ScriptHost.Result result = stage.run(Stage.taskType("echo.py", ExecutionType.SCRIPT), claim);

        JsonNode output = JSON.readTree(Stage.success(result).output());
        assertThat(output.path("argument").asText()).isEqualTo("12 'x");
        assertThat(output.path("folder").asText())
                .isEqualTo(stage.scripts.toRealPath().toString());
        JsonNode input = output.path("input");
        assertThat(input.path("subject").path("owl_id").asInt()).isEqualTo(1234);
        assertThat(input.path("ticket_id").asLong()).isEqualTo(claim.ticketId());
        assertThat(input.path("subject_id").asText()).isEqualTo("12 'x");
        assertThat(input.path("chain_depth").asInt()).isEqualTo(3);
        Map<?, ?> environment = JSON.convertValue(output.path("environment"), Map.class);
        assertThat(environment.containsKey("TURING_CHILD")).isTrue();
        environment.remove("TURING_CHILD");
        assertThat(JSON.convertValue(environment, JsonNode.class))
                .isEqualTo(JSON.valueToTree(Map.ofEntries(
                        entry("TURING_TASK_TYPE", "tidy"),
                        entry("TURING_TASK_TYPE_ID", "7"),
                        entry("TURING_TICKET_ID", Long.toString(claim.ticketId())),
                        entry("TURING_FENCE", Long.toString(claim.fence())),
                        entry("TURING_SUBJECT_ID", "12 'x"),
                        entry("TURING_SUBJECT_TYPE", "owl"),
                        entry("TURING_ATTEMPT", "2"),
                        entry("TURING_MODEL", "gemma2"),
                        entry("TURING_CHAIN_ID", claim.chain().id().toString()),
                        entry("TURING_CHAIN_DEPTH", "3"))));
    }

    @Test
    void theLastJsonLineIsTheResultAndTheRestIsKeptAsItsLog() throws Exception {
        ScriptHost.Result result = stage.shell("""
                echo starting
                echo '{"success": true, "status": "early"}'
                echo 'warning: {odd}' >&2
                printf '  {"success": true, "status": "alma_passed", "output": {"score": 0.10, "unknown": [1]}, "extra": 1}'
                """);

        assertThat(result.outcome())
                .isEqualTo(new Outcome.Succeeded("alma_passed", "{\"score\":0.10,\"unknown\":[1]}"));
        assertThat(result.log().stdout()).isEqualTo("starting\n{\"success\": true, \"status\": \"early\"}\n");
        assertThat(result.log().stderr()).isEqualTo("warning: {odd}\n");
        assertThat(result.log().exitCode()).isZero();
    }

    @Test
    void textAfterTheJsonDoesNotHideIt() throws Exception {
        assertThat(Stage.success(
                                stage.shell("echo before; echo '{\"success\": true, \"status\": \"x\"}'; echo {after}"))
                        .status())
                .isEqualTo("x");
    }

    @Test
    void aSkipReasonIsASkip() throws Exception {
        assertThat(stage.shell("echo '{\"success\": false, \"skip_reason\": \"OVERSIZED\"}'")
                        .outcome())
                .isEqualTo(new Outcome.Skipped("OVERSIZED", null));
    }

    @Test
    void aFailureOfTheScriptsOwnKeepsItsErrorAndItsWordOnRetriesWhateverTheExitCode() throws Exception {
        assertThat(stage.shell("echo '{\"success\": false, \"error\": \"empty\", \"retry\": false}'; exit 4")
                        .outcome())
                .isEqualTo(new Outcome.Failed("empty", false, null));
    }

    @Test
    void anotherExitCodeThanZeroIsAFailureWhateverTheJsonSays() throws Exception {
        ScriptHost.Result result = stage.shell("echo '{\"success\": true}'; exit 3");

        assertThat(Stage.failure(result)).isEqualTo("the script exited with code 3");
        assertThat(result.log().exitCode()).isEqualTo(3);
    }

    @Test
    void aScriptThatPrintsNothingHasFailedAndIsToldWhatToPrint() throws Exception {
        assertThat(Stage.failure(stage.shell("true"))).contains("printed no result line", "{\"success\": true}");
    }

    @Test
    void aScriptThatDiesBySignalHasFailedWithItsName() throws Exception {
        assertThat(Stage.failure(stage.shell("kill -SEGV $$"))).isEqualTo("the script was ended by SIGSEGV");
    }

    @Test
    void standardErrorCanBeOpenedByNameAndInputNeedNotBeRead() throws Exception {
        ScriptHost.Result result = stage.shell("echo named >/dev/stderr; echo '{\"success\": true}' >/dev/stdout");

        assertThat(Stage.success(result).status()).isNull();
        assertThat(result.log().stderr()).isEqualTo("named\n");
    }

    @Test
    void aLargeSubjectThatIsNotReadBlocksNobody() throws Exception {
        stage.script("deaf.sh", "#!/bin/sh\nexec sleep 600\n");
        stage.script("quick.sh", "#!/bin/sh\necho '{}'\n");
        Claim large = Stage.claim("1", "{\"text\": \"" + "x".repeat(1_000_000) + "\"}");
        var deaf = stage.start(
                Stage.taskType("deaf.sh", ExecutionType.SCRIPT, Duration.ofSeconds(2), null), List.of(large));

        assertThat(Stage.success(stage.run("quick.sh", ExecutionType.SCRIPT)).output())
                .isNull();
        assertThat(Stage.failure(deaf.result(large))).startsWith("timed out after 2.0 s");
    }

    @Test
    void aLargeSubjectArrivesWhole() throws Exception {
        stage.script(
                "length.py", "import json,sys\nprint(json.dumps({'n': len(json.load(sys.stdin)['subject']['t'])}))");
        Claim large = Stage.claim("1", "{\"t\": \"" + "é".repeat(3_000_000) + "\"}");

        ScriptHost.Result result = stage.run(Stage.taskType("length.py", ExecutionType.SCRIPT), large);

        assertThat(Stage.success(result).output()).isEqualTo("{\"n\":3000000}");
    }

    @Test
    void aSubjectIdThatIsTooLongForAnArgumentFailsItselfAndNotItsTaskType() throws Exception {
        stage.script("run.sh", "#!/bin/sh\necho '{}'\n");
        Claim claim = Stage.claim("x".repeat(200_000));

        assertThat(Stage.failure(stage.run(Stage.taskType("run.sh", ExecutionType.SCRIPT), claim)))
                .contains("200000 bytes long");
    }

    @Test
    void fiftyMegabytesOfOutputAreReadAndBoundedWithALineThatSaysWhatIsMissing() throws Exception {
        ScriptHost.Result result = stage.shell("""
                echo first
                head -c 50000000 /dev/zero | tr '\\0' 'x'
                head -c 50000000 /dev/zero | tr '\\0' 'y' >&2
                echo; echo last
                echo '{"success": true}'
                """);

        assertThat(result.outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertThat(result.log().stdout())
                .startsWith("first\nxxx")
                .endsWith("xxx\nlast\n")
                .contains("bytes left out");
        assertThat(result.log().stdout().length()).isBetween(60_000, 70_000);
        assertThat(result.log().stderr().length()).isBetween(60_000, 70_000);
    }

    @Test
    void aResultLineBeyondTheLimitIsAFailureThatSaysSo() throws Exception {
        ScriptHost.Result result =
                stage.shell("printf '{\"x\": \"'; head -c 50000000 /dev/zero | tr '\\0' x; echo '\"}'");

        assertThat(Stage.failure(result)).contains("longer than the 16777216 bytes");
    }

    @Test
    void aNumberThatPostgresqlCantKeepIsAFailureThatSaysSo() throws Exception {
        assertThat(Stage.failure(stage.shell("echo '{\"output\": [1, {\"a\": 1e200000}]}'")))
                .contains("beyond what PostgreSQL");
        assertThat(Stage.failure(stage.shell("echo '{\"output\": 1e-20000}'"))).contains("beyond what PostgreSQL");
        assertThat(Stage.success(stage.shell("echo '{\"output\": 1e400}'")).output())
                .isEqualTo("1E+400");
    }

    @Test
    void jsonNestedTooDeeplyIsAFailureThatSaysSo() throws Exception {
        stage.script("deep.py", "print('{\"a\":' * 5000 + '1' + '}' * 5000)");

        assertThat(stage.failure("deep.py", ExecutionType.SCRIPT)).contains("nesting depth");
    }

    @Test
    void brokenUtf8AndNulCharactersAreReplaced() throws Exception {
        ScriptHost.Result result = stage.shell("""
                printf 'a\\377b\\000c\\n'
                printf '{"output": {"text": "a\\\\u0000b\\\\\\\\u0000c\\\\ud800d"}}\\n'
                """);

        assertThat(result.log().stdout()).isEqualTo("a\uFFFDb\uFFFDc\n");
        assertThat(JSON.readTree(Stage.success(result).output()).path("text").asText())
                .isEqualTo("a\uFFFDb\\u0000c\uFFFDd");
    }

    @Test
    void successThatIsNeitherTrueNorFalseIsAFailure() throws Exception {
        assertThat(Stage.failure(stage.shell("echo '{\"success\": \"yes\"}'"))).contains("\"yes\", not true or false");
    }

    @Test
    void noDescriptorOfTheSupervisorOrOfOthersReachesAScript() throws Exception {
        stage.script("hang.sh", "#!/bin/sh\necho $$ >" + folder.resolve("pid") + "\nexec sleep 600\n");
        Claim other = Stage.claim("1");
        var started = stage.start(Stage.taskType("hang.sh", ExecutionType.SCRIPT), List.of(other));
        Processes.awaitPid(folder.resolve("pid"));
        stage.script("fds.py", "import os\nprint('{\"output\": %s}' % sorted(map(int, os.listdir('/proc/self/fd'))))");

        // 3 is the listing's own
        assertThat(Stage.success(stage.run("fds.py", ExecutionType.SCRIPT)).output())
                .isEqualTo("[0,1,2,3]");
        started.run().cancel("enough");
        started.cleared();
    }

    @Test
    void secretsOfTheRuntimeStayItsOwnAndAdditionsArrive() throws Exception {
        Map<String, String> own = Map.of(
                "PATH",
                "/bin",
                "TURING_DB_PASSWORD",
                "a",
                "PGPASSWORD",
                "b",
                "TURING_DATABASE_URL",
                "e",
                "MY_TOKEN",
                "c",
                "aws_secret_key",
                "d",
                "PAGER",
                "less",
                "PYTHONPATH",
                "/lib");

        assertThat(ChildEnvironment.common(
                        ScriptSettings.of(Path.of("/steps"), Path.of("/work"))
                                .withEnvironment(EnvironmentRules.INHERIT.withAdditions(Map.of("HF_TOKEN", "given"))),
                        Path.of("/ours"),
                        own))
                .containsOnlyKeys("PATH", "PAGER", "PYTHONUNBUFFERED", "PYTHONPATH", "HF_TOKEN")
                .containsEntry("PYTHONPATH", "/steps" + File.pathSeparator + "/lib" + File.pathSeparator + "/ours");
    }

    @Test
    void theDatabaseIsHandedOutOnlyWhereTheTaskTypeHasAccess() throws Exception {
        reopen(settings().withDatabase(new DatabaseAccess("::1", 5433, "owl db", "night", "p@ss", "turing")));
        stage.script(
                "env.sh",
                "#!/bin/sh\necho \"{\\\"output\\\": \\\"$PGHOST $PGPORT $PGDATABASE $PGUSER $PGPASSWORD"
                        + " $TURING_DATABASE_URL\\\"}\"\n");

        var without = Stage.taskType("env.sh", ExecutionType.SCRIPT);
        var with = Stage.taskType("env.sh", ExecutionType.SCRIPT, Stage.LONG, true);
        assertThat(Stage.success(stage.run(without, Stage.claim("1"))).output()).isEqualTo("\"     \"");
        Claim claim = Stage.claim("1");
        assertThat(Stage.success(stage.run(with, claim)).output())
                .isEqualTo("\"::1 5433 owl db night p@ss postgresql://night:p%40ss@[::1]:5433/owl%20db"
                        + "?application_name=turing%20ticket%20" + claim.ticketId() + "\"");
    }
}
