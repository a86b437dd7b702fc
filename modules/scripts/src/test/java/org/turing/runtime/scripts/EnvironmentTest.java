package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

/** What is not the subject's fault, told apart from what may be. */
class EnvironmentTest extends StagedTest {

    private Outcome outcome(TaskType taskType) throws Exception {
        return stage.run(taskType, Stage.claim("1")).outcome();
    }

    private Outcome shell(String text) throws Exception {
        stage.script("run.sh", "#!/bin/sh\n" + text + "\n");
        return outcome(Stage.withModel("run.sh", ExecutionType.SCRIPT));
    }

    /** An actor whose process() is this, for a task type that needs a model. */
    private Outcome actor(String process) throws Exception {
        stage.script(
                "actor.py",
                "import urllib.request\nclass Actor:\n    def process(self):\n        "
                        + process.replace("\n", "\n        ") + "\n");
        return outcome(Stage.withModel("actor.py", ExecutionType.THICK));
    }

    private static void assertBlamed(Outcome outcome, Environment part, String error) {
        assertThat(outcome).isInstanceOf(Outcome.Unrunnable.class);
        assertThat(((Outcome.Unrunnable) outcome).part()).isEqualTo(part);
        assertThat(((Outcome.Unrunnable) outcome).error()).contains(error);
    }

    private static void assertFailed(Outcome outcome, String error) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcome).error()).contains(error);
    }

    /** A port of loopback where nobody listens. */
    private static int closedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aResultMayBlameTheModelTheDatabaseOrTheScriptItself() throws Exception {
        assertThat(shell("echo '{\"success\": false, \"environment\": \"model\", \"error\": \"no VRAM\"}'"))
                .isEqualTo(new Outcome.Unrunnable(Environment.MODEL, "no VRAM"));
        assertThat(shell("echo '{\"success\": false, \"environment\": \"database\", \"error\": \"down\"}'; exit 1"))
                .isEqualTo(new Outcome.Unrunnable(Environment.DATABASE, "down"));
        assertBlamed(
                shell("echo '{\"success\": false, \"environment\": \"script\"}'"),
                Environment.SCRIPT,
                "without an error");
    }

    @Test
    void anEnvironmentThatIsNoneOfTheThreeIsAFieldOfTheScriptsOwn() throws Exception {
        assertThat(shell("echo '{\"success\": false, \"error\": \"x\", \"environment\": \"forest\"}'"))
                .isEqualTo(new Outcome.Failed("x", true, "{\"environment\":\"forest\"}"));
        assertThat(shell("echo '{\"success\": true, \"environment\": \"model\"}'"))
                .isEqualTo(new Outcome.Succeeded(null, "{\"environment\":\"model\"}"));
    }

    @Test
    void aFailureOfAnUnchangedScriptStaysAFailure() throws Exception {
        assertThat(shell("echo '{\"success\": false, \"error\": \"Connection refused\"}'"))
                .isEqualTo(new Outcome.Failed("Connection refused", true, null));
    }

    @ParameterizedTest
    @CsvSource({"69, EX_UNAVAILABLE", "75, EX_TEMPFAIL"})
    void anExitCodeBlamesTheModelIfThereIsOneElseTheScript(int code, String name) throws Exception {
        assertBlamed(shell("exit " + code), Environment.MODEL, "exited with code " + code + " (" + name);
        assertBlamed(outcome(Stage.taskType("run.sh", ExecutionType.SCRIPT)), Environment.SCRIPT, name);
        assertBlamed(outcome(Stage.withModel("run.sh", ExecutionType.WORKER)), Environment.MODEL, name);
    }

    @Test
    void anExitCodeThatBlamesBeatsASuccessAndTakesItsErrorFromTheResult() throws Exception {
        assertBlamed(shell("echo '{\"success\": true}'; exit 75"), Environment.MODEL, "EX_TEMPFAIL");
        assertThat(shell("echo '{\"success\": false, \"error\": \"queue is full\"}'; exit 69"))
                .isEqualTo(new Outcome.Unrunnable(Environment.MODEL, "queue is full"));
    }

    @Test
    void otherExitCodesBlameNobody() throws Exception {
        assertFailed(shell("exit 70"), "exited with code 70");
    }

    @Test
    void aBatchThatExitsSoKeepsTheResultsItHasAndBlamesForTheRest() throws Exception {
        stage.script("bulk.sh", "#!/bin/sh\n# turing: bulk\nread -r first\necho '{\"success\": true}'\nexit 69\n");
        Claim first = Stage.claim("1");
        Claim second = Stage.claim("2");

        var started = stage.start(Stage.withModel("bulk.sh", ExecutionType.AUTO), List.of(first, second));

        assertThat(started.result(first).outcome()).isInstanceOf(Outcome.Succeeded.class);
        assertBlamed(started.result(second).outcome(), Environment.MODEL, "EX_UNAVAILABLE");
    }

    @Test
    void anActorThatCannotBeImportedBlamesTheScript() throws Exception {
        stage.script("actor.py", "import no_such_module\nclass A:\n    def process(self): return {}\n");

        assertBlamed(
                outcome(Stage.withModel("actor.py", ExecutionType.THICK)),
                Environment.SCRIPT,
                "can't be loaded: ModuleNotFoundError: No module named 'no_such_module'");
    }

    @Test
    void aRefusedConnectionBlamesTheModelWhereOneIsNeededAndTheSameWorkerGoesOn() throws Exception {
        int port = closedPort();
        stage.script(
                "actor.py",
                "import os, urllib.request\nclass Actor:\n    def process(self):\n        print(os.getpid())\n"
                        + "        urllib.request.urlopen('http://127.0.0.1:" + port + "/')\n");
        TaskType taskType = Stage.withModel("actor.py", ExecutionType.THICK);

        var first = stage.run(taskType, Stage.claim("1"));
        var second = stage.run(taskType, Stage.claim("2"));

        assertBlamed(first.outcome(), Environment.MODEL, "URLError");
        assertBlamed(second.outcome(), Environment.MODEL, "URLError");
        assertThat(second.log().stderr().lines().findFirst())
                .isEqualTo(first.log().stderr().lines().findFirst());
    }

    @Test
    void aRefusedConnectionThatTheActorGivesAnotherNameStillBlamesTheModel() throws Exception {
        assertBlamed(
                actor("import socket\ntry:\n    socket.create_connection(('127.0.0.1', " + closedPort()
                        + "))\nexcept OSError:\n    raise RuntimeError('model failed')"),
                Environment.MODEL,
                "model failed");
    }

    @Test
    void aRefusedConnectionOfATaskTypeWithoutAModelIsAFailure() throws Exception {
        stage.script("actor.py", "class A:\n    def process(self): raise ConnectionRefusedError('no one there')\n");
        Claim claim = Stage.claimWithoutModel("1");

        assertFailed(
                stage.run(Stage.taskType("actor.py", ExecutionType.THICK), claim)
                        .outcome(),
                "no one there");
    }

    @Test
    void aServerThatAnswers503BlamesTheModelAndOneThatAnswers500DoesNot() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(
                    Integer.parseInt(exchange.getRequestURI().getPath().substring(1)), -1);
            exchange.close();
        });
        server.start();
        try {
            String url = "urllib.request.urlopen('http://127.0.0.1:"
                    + server.getAddress().getPort() + "/%d')";
            assertBlamed(actor(url.formatted(503)), Environment.MODEL, "503");
            assertFailed(actor(url.formatted(500)), "500");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void connectionErrorsOfWellKnownLibrariesAreKnownByName() throws Exception {
        stage.script("requests/__init__.py", "");
        stage.script(
                "requests/exceptions.py",
                "class RequestException(IOError): pass\nclass ConnectionError(RequestException): pass\n"
                        + "class ReadTimeout(RequestException): pass\n");
        stage.script(
                "httpx.py",
                "class HTTPError(Exception): pass\nclass ConnectError(HTTPError): pass\nclass ReadError(HTTPError): pass\n"
                        + "class HTTPStatusError(HTTPError):\n    class response: status_code = 503\n");
        String requests = "from requests import exceptions\n";

        assertBlamed(actor(requests + "raise exceptions.ConnectionError('down')"), Environment.MODEL, "down");
        assertBlamed(actor("import httpx\nraise httpx.ConnectError('down')"), Environment.MODEL, "down");
        assertBlamed(actor("import httpx\nraise httpx.HTTPStatusError('busy')"), Environment.MODEL, "busy");
        assertFailed(actor(requests + "raise exceptions.ReadTimeout('slow')"), "slow");
        assertFailed(actor("import httpx\nraise httpx.ReadError('cut')"), "cut");
    }

    @Test
    void aConnectionThatBreaksOffIsAFailureSinceTheSubjectMayBeTheReason() throws Exception {
        stage.script("requests.py", "class ConnectionError(IOError): pass\n");

        assertFailed(actor("raise ConnectionResetError('cut off')"), "cut off");
        assertFailed(
                actor("import requests\ntry:\n    raise ConnectionResetError('cut off')\n"
                        + "except OSError as e:\n    raise requests.ConnectionError('aborted', e)"),
                "aborted");
    }

    @Test
    void exceptionsThatPretendOrLoopDoNotDisturbTheWorker() throws Exception {
        assertFailed(
                actor("class Odd(Exception):\n    @property\n    def response(self): raise OSError(111, 'x')\n"
                        + "    @property\n    def code(self): return [503]\nodd = Odd('odd')\nodd.reason = odd\n"
                        + "raise odd from ValueError(odd)"),
                "odd");
        assertFailed(actor("raise SystemExit(503)"), "SystemExit");
    }

    /** Bulk in a batch of two, the others one by one: what was not begun is left. */
    private List<Outcome> outcomes(String script, ExecutionType type) throws Exception {
        List<Claim> claims = List.of(Stage.claim("1"), Stage.claim("2"));
        Stage.Started started =
                stage.start(Stage.taskType(script, type), claims).cleared();
        assertThat(started.results).containsKey(claims.get(0).ticketId());
        assertThat(started.run().leaveRest()).hasSize(2 - started.results.size());
        return started.results.values().stream().map(ScriptHost.Result::outcome).toList();
    }

    private static void blamesTheScript(List<Outcome> outcomes, String error) {
        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome)
                        .isInstanceOfSatisfying(Outcome.Unrunnable.class, unrunnable -> {
                            assertThat(unrunnable.part()).isEqualTo(Environment.SCRIPT);
                            assertThat(unrunnable.error()).contains(error);
                        }));
    }

    @ParameterizedTest
    @EnumSource(
            value = ExecutionType.class,
            names = {"SCRIPT", "WORKER", "BULK", "THICK"})
    void aScriptThatIsMissingIsTheFaultOfNoSubject(ExecutionType type) throws Exception {
        blamesTheScript(outcomes("missing.py", type), "is missing");
    }

    @ParameterizedTest
    @EnumSource(
            value = ExecutionType.class,
            names = {"SCRIPT", "WORKER", "BULK"})
    void anInterpreterThatIsMissingIsTheFaultOfNoSubject(ExecutionType type) throws Exception {
        stage.script("strange.sh", "#!/no/such/interpreter\n");
        blamesTheScript(outcomes("strange.sh", type), "needs the interpreter");
    }

    @ParameterizedTest
    @EnumSource(
            value = ExecutionType.class,
            names = {"SCRIPT", "WORKER", "BULK"})
    void aScriptFileThatGoesWhileItIsStartedIsTheFaultOfNoSubject(ExecutionType type) throws Exception {
        stage.script("goes.py", "import os, sys\nos.remove(__file__)\nsys.exit(2)\n");
        blamesTheScript(outcomes("goes.py", type), "script 'goes.py' is ");
    }

    @ParameterizedTest
    @EnumSource(
            value = ExecutionType.class,
            names = {"SCRIPT", "WORKER", "BULK", "THICK"})
    void aPythonThatIsMissingIsTheFaultOfNoSubject(ExecutionType type) throws Exception {
        stage.script("actor.py", "class Actor:\n    def process(self):\n        return {}\n");
        reopen(settings().withPython("/no/such/python"));
        blamesTheScript(outcomes("actor.py", type), "/no/such/python");
    }
}
