package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

class ThickTest extends StagedTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TaskType THICK = Stage.taskType("actors/actor.py", ExecutionType.THICK);

    private ScriptHost.Result actor(String process) throws Exception {
        stage.script(
                "actors/actor.py",
                "class Actor:\n    def __init__(self, db_conn=None):\n        self.db_conn = db_conn\n"
                        + "    def process(self):\n" + process.indent(8));
        return stage.run(THICK, Stage.claim("1234"));
    }

    private JsonNode output(ScriptHost.Result result) throws Exception {
        String output = Stage.success(result).output();
        assertThat(output).isNotNull();
        return JSON.readTree(output);
    }

    @Test
    void aNumberOfMoreDigitsThanPythonConvertsReachesTheActorWithAllOfThem() throws Exception {
        stage.script("actors/actor.py", """
                class Actor:
                    def process(self):
                        mass = self.input_data["subject"]["mass"]
                        return {"output": [mass == 10 ** 5000, self.input_data["subject"]["eggs"] + 1,
                                           len(str(self.input_data["subject_id"]))]}
                """);
        String digits = "1" + "0".repeat(5_000);

        ScriptHost.Result result =
                stage.run(THICK, Stage.claim(digits.substring(0, 2_000), "{\"mass\": " + digits + ", \"eggs\": 3}"));

        assertThat(output(result).toString()).isEqualTo("[true,4,2000]");
    }

    @Test
    void aResultThatIsNestedBeyondMeasureIsToldAsThat() throws Exception {
        ScriptHost.Result result =
                actor("deep = 1\nfor _ in range(100000):\n    deep = [deep]\nreturn {'output': deep}");

        assertThat(Stage.failure(result)).contains("nested more than 200 deep");
    }

    @Test
    void anActorOfThePredecessorFindsItsInputDataWithIntegersForIds() throws Exception {
        stage.script("core/__init__.py", "");
        stage.script("core/base.py", "class Base:\n    def process(self):\n        raise NotImplementedError\n");
        stage.script("actors/words.py", "GREETING = 'hoo'\n");
        stage.script("actors/actor.py", """
                import sys
                from core.base import Base
                from words import GREETING

                class Step(Base):
                    def __init__(self, db_conn=None):
                        self.connection = db_conn

                class Owl(Step):
                    def process(self):
                        return {"success": True, "status": "x", "output": dict(self.input_data, greeting=GREETING,
                                connection=self.connection, name=__name__ == "__main__", argv=len(sys.argv))}

                if __name__ == "__main__":
                    sys.exit("must not run as a program")
                """);
        Claim claim = Stage.claim("1234", "{\"owl_id\": 1234}");

        ScriptHost.Result result = stage.run(THICK, claim);

        assertThat(Stage.success(result).status()).isEqualTo("x");
        assertThat(output(result)).isEqualTo(JSON.readTree("""
                {"subject_id": 1234, "posting_id": 1234, "subject_type": "owl", "ticket_id": %d, "fence": %d,
                 "task_type": "tidy", "task_type_id": 7, "attempt": 2, "model": "gemma2", "gpu": null,
                 "chain_id": "00000000-0000-0001-0000-000000000002", "chain_depth": 3, "subject": {"owl_id": 1234},
                 "greeting": "hoo", "connection": null, "name": false, "argv": 1}
                """.formatted(claim.ticketId(), claim.fence())));
    }

    @Test
    void idsThatAreNoIntegersStayText() throws Exception {
        actor("return {'output': self.input_data['subject_id']}");

        assertThat(output(stage.run(THICK, Stage.claim("0071"))).textValue()).isEqualTo("0071");
        assertThat(output(stage.run(THICK, Stage.claim("-3"))).intValue()).isEqualTo(-3);
        assertThat(output(stage.run(THICK, Stage.claim("6f1a"))).textValue()).isEqualTo("6f1a");
    }

    @Test
    void aWorkerStaysWarmAndEverySubjectGetsANewActor() throws Exception {
        ScriptHost.Result first = actor("""
                import os
                self.seen = getattr(self, "seen", 0) + 1
                return {"pid": os.getpid(), "seen": self.seen}
                """);
        ScriptHost.Result second = stage.run(THICK, Stage.claim("2"));

        assertThat(output(second)).isEqualTo(output(first));
        assertThat(output(second).path("seen").asInt()).isEqualTo(1);
    }

    @Test
    void whatAnActorPrintsIsKeptWithItsSubjectAndCorruptsNothing() throws Exception {
        ScriptHost.Result first = actor("""
                import os, subprocess
                print("print", self.input_data["subject_id"])
                os.write(1, b"write\\n")
                subprocess.run(["sh", "-c", "echo child; echo '{\\"success\\": false}'"])
                print("no line end", end="")
                return {"success": True}
                """);
        ScriptHost.Result second = stage.run(THICK, Stage.claim("2"));

        String tail = "\nwrite\nchild\n{\"success\": false}\nno line end";
        assertThat(first.log().stderr()).isEqualTo("print 1234" + tail);
        assertThat(second.log().stderr()).isEqualTo("print 2" + tail);
        assertThat(second.log().stdout()).isEmpty();
    }

    @Test
    void aDictWithoutSuccessIsASuccessAndASkipReasonIsASkip() throws Exception {
        assertThat(Stage.success(actor("return {'answer': 42}")).output()).isEqualTo("{\"answer\":42}");
        assertThat(actor("return {'success': False, 'skip_reason': 'OVERSIZED'}")
                        .outcome())
                .isEqualTo(new Outcome.Skipped("OVERSIZED", null));
        assertThat(actor("return {'success': False, 'error': 'empty', 'retry': False}")
                        .outcome())
                .isEqualTo(new Outcome.Failed("empty", false, null));
    }

    @Test
    void noneAndOtherThingsThanADictAreFailuresThatSaySo() throws Exception {
        assertThat(Stage.failure(actor("return None"))).isEqualTo("TypeError: process() returned None, not a dict");
        assertThat(Stage.failure(actor("return ['x']"))).isEqualTo("TypeError: process() returned list, not a dict");
    }

    @Test
    void anExceptionFailsItsSubjectOnlyWithTheTraceback() throws Exception {
        ScriptHost.Result raised =
                actor("if self.input_data['subject_id'] == 1234:\n    raise ValueError('no such owl')\nreturn {}");
        ScriptHost.Result next = stage.run(THICK, Stage.claim("2"));

        assertThat(Stage.failure(raised)).isEqualTo("ValueError: no such owl");
        assertThat(raised.log().stderr()).contains("Traceback", "in process");
        assertThat(next.outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertThat(next.log().stderr()).isEmpty();
    }

    @Test
    void sysExitInAnActorIsAFailureAndTheWorkerGoesOn() throws Exception {
        assertThat(Stage.failure(actor("raise SystemExit(3)"))).isEqualTo("SystemExit: 3");
    }

    @Test
    void valuesThatJsonLacksBecomeNumbersAndText() throws Exception {
        JsonNode output = output(actor("""
                import datetime, decimal, uuid
                return {"output": {"n": float("nan"), "i": [float("inf")], "d": decimal.Decimal("1.5"),
                        "w": decimal.Decimal("3"), "b": b"ab\\xff", "t": datetime.date(2026, 1, 2), "s": {1},
                        "u": uuid.UUID(int=1), 7: "key", "e": 10 ** 25, "o": type(None)}}
                """));

        assertThat(output.toString())
                .isEqualTo(
                        "{\"n\":null,\"i\":[null],\"d\":1.5,\"w\":3,\"b\":\"ab\uFFFD\",\"t\":\"2026-01-02\",\"s\":[1],"
                                + "\"u\":\"00000000-0000-0000-0000-000000000001\",\"7\":\"key\",\"e\":10000000000000000000000000,"
                                + "\"o\":\"<class 'NoneType'>\"}");
    }

    @Test
    void aResultThatContainsItselfIsAFailureThatSaysSo() throws Exception {
        assertThat(Stage.failure(actor("r = {}\nr['r'] = r\nreturn r"))).contains("contains itself");
    }

    @Test
    void aWorkerThatDiesFailsItsSubjectAndIsReplaced() throws Exception {
        ScriptHost.Result died = actor("""
                import os, sys
                if self.input_data["subject_id"] == 1234:
                    print("last words", file=sys.stderr, flush=True)
                    os._exit(9)
                return {}
                """);

        assertThat(Stage.failure(died)).isEqualTo("the worker exited with code 9 before it answered");
        assertThat(died.log().stderr()).isEqualTo("last words\n");
        assertThat(died.log().exitCode()).isEqualTo(9);
        assertThat(stage.run(THICK, Stage.claim("2")).outcome()).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void aHangingActorTimesOutAndItsNeighbourOfTheSameTaskTypeDoesNotNotice() throws Exception {
        stage.script("actors/actor.py", """
                import time
                class Actor:
                    def process(self):
                        while self.input_data["subject_id"] == 1: time.sleep(0.1)
                        return {"output": "done"}
                """);
        Claim hanging = Stage.claim("1");
        TaskType quick = Stage.taskType("actors/actor.py", ExecutionType.THICK, Duration.ofSeconds(2), null);
        var started = stage.start(quick, List.of(hanging));

        assertThat(Stage.success(stage.run(THICK, Stage.claim("2"))).output()).isEqualTo("\"done\"");
        assertThat(Stage.failure(started.result(hanging))).startsWith("timed out after 2.0 s");
    }

    @Test
    void aFileThatCantBeLoadedIsUnrunnable() throws Exception {
        stage.script("actors/actor.py", "import no_such_module\n");
        ScriptHost.Result result = stage.run(THICK, Stage.claim("1"));

        assertThat(result.outcome())
                .isInstanceOfSatisfying(
                        Outcome.Unrunnable.class,
                        unrunnable -> assertThat(unrunnable.error())
                                .contains(
                                        "task type 'tidy'",
                                        "actor.py can't be loaded",
                                        "No module named 'no_such_module'"));
        assertThat(result.log().stderr()).contains("Traceback");
    }

    @Test
    void whatAFilePrintsWhenItIsLoadedGoesToItsFirstSubject() throws Exception {
        stage.script("actors/actor.py", "print('loading')\nclass A:\n    def process(self): return {}\n");

        assertThat(stage.run(THICK, Stage.claim("1")).log().stderr()).isEqualTo("loading\n");
        assertThat(stage.run(THICK, Stage.claim("2")).log().stderr()).isEmpty();
    }

    @Test
    void aSyntaxErrorIsNamed() throws Exception {
        stage.script("actors/actor.py", "class A:\n    def process(self) return\n");

        assertThat(stage.run(THICK, Stage.claim("1")).outcome().toString()).contains("Unrunnable", "SyntaxError: ");
    }

    @Test
    void aFileWithoutAnActorIsUnrunnable() throws Exception {
        stage.script("actors/actor.py", "class Owl:\n    pass\n");

        assertThat(stage.run(THICK, Stage.claim("1")).outcome().toString())
                .contains("Unrunnable", "no class with a process() method");
    }

    @Test
    void aChangedFileGetsANewWorker() throws Exception {
        assertThat(output(actor("return {'output': 'old'}")).textValue()).isEqualTo("old");
        assertThat(output(actor("return {'output': 'newer'}")).textValue()).isEqualTo("newer");
    }

    @Test
    void aRetiredWorkerEndsAndAnIdleOneEndsAfterItsTime() throws Exception {
        String pid = "import os\nreturn {'output': os.getpid()}";
        long retired = output(actor(pid)).asLong();
        assertThat(Processes.alive(retired)).isTrue();
        stage.host.retire(7);
        Processes.awaitEnd(retired);

        reopen(settings()
                .withTimes(new ScriptSettings.Times(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(200),
                        Stage.LONG)));
        Processes.awaitEnd(output(actor(pid)).asLong());
    }

    @Test
    void aWorkerIsReplacedAfterSoManySubjects() throws Exception {
        reopen(settings().withLimits(new ScriptSettings.Limits(1 << 16, 1 << 20, 2, null, null)));
        long first = output(actor("import os\nreturn {'output': os.getpid()}")).asLong();
        long second = output(stage.run(THICK, Stage.claim("2"))).asLong();
        long third = output(stage.run(THICK, Stage.claim("3"))).asLong();

        assertThat(second).isEqualTo(first);
        assertThat(third).isNotEqualTo(first);
        Processes.awaitEnd(first);
    }

    @Test
    void closingEndsWarmWorkers() throws Exception {
        long pid = output(actor("import os\nreturn {'output': os.getpid()}")).asLong();

        stage.close();

        assertThat(Processes.alive(pid)).isFalse();
    }

    @Test
    void fiftyMegabytesOfPrintingHarmNeitherTheHeapNorTheResult() throws Exception {
        ScriptHost.Result result = actor("for _ in range(50):\n    print('x' * 1_000_000)\nreturn {'output': 1}");

        assertThat(Stage.success(result).output()).isEqualTo("1");
        assertThat(result.log().stderr().length()).isBetween(60_000, 70_000);
    }

    @Test
    void anIdleWorkerThatWasKilledIsReplacedBeforeTheNextSubject() throws Exception {
        long pid = output(actor("import os\nreturn {'output': os.getpid()}")).asLong();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> stage.host.childCount() == 0);

        assertThat(output(stage.run(THICK, Stage.claim("2"))).asLong()).isNotEqualTo(pid);
    }
}
