package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;

/** The Python that scripts may import to hold their claim, over a connection that only notes what it is asked. */
class HoldTest extends StagedTest {

    @Override
    ScriptSettings settings() throws IOException {
        return super.settings()
                .withDatabase(new DatabaseAccess("127.0.0.1", 1, "turing", "turing", null, "night \"owl\""));
    }

    @BeforeEach
    void connection() throws Exception {
        stage.script("fake.py", """
                class Cursor:
                    def __init__(self, connection): self.connection = connection
                    def close(self): self.connection.said.append("closed")
                    def execute(self, sql):
                        self.connection.said.append(sql)
                        if self.connection.problem: raise self.connection.problem

                class Connection:
                    def __init__(self, problem=None, autocommit=False):
                        self.said, self.problem, self.autocommit = [], problem, autocommit
                    def cursor(self): return Cursor(self)

                class DatabaseError(Exception):
                    def __init__(self, message, pgcode):
                        super().__init__(message)
                        self.pgcode = pgcode
                """);
    }

    private static String actor(String process) {
        return "import fake, turing_runtime\nclass A:\n    def process(self):\n" + process.indent(8);
    }

    private String output(String script, ExecutionType type, Claim claim) throws Exception {
        return Stage.success(stage.run(Stage.taskType(script, type), claim)).output();
    }

    @Test
    void anActorHoldsTheTicketThatItWasHandedInTheSchemaOfTheLedger() throws Exception {
        stage.script("actor.py", actor("""
                connection = fake.Connection()
                turing_runtime.hold(connection, self.input_data)
                return {"output": connection.said}
                """));
        Claim claim = Stage.claim("1");

        assertThat(output("actor.py", ExecutionType.THICK, claim))
                .isEqualTo("[\"SELECT \\\"night \\\"\\\"owl\\\"\\\"\\\".hold(" + claim.ticketId() + ", " + claim.fence()
                        + ")\",\"closed\"]");
    }

    @Test
    void aScriptPerSubjectNeedNotNameItsTicket() throws Exception {
        stage.script("run.py", """
                import fake, json, turing_runtime
                connection = fake.Connection()
                turing_runtime.hold(connection)
                print(json.dumps({"output": connection.said[0][-12:]}))
                """);
        Claim claim = Stage.claim("1");

        assertThat(output("run.py", ExecutionType.SCRIPT, claim))
                .contains("(" + claim.ticketId() + ", " + claim.fence() + ")");
    }

    @Test
    void aLostClaimHasAnExceptionOfItsOwnAndOtherErrorsKeepTheirs() throws Exception {
        stage.script("actor.py", actor("""
                said = []
                for code in ("55000", "57014"):
                    try:
                        turing_runtime.hold(fake.Connection(fake.DatabaseError("no longer held", code)), self.input_data)
                    except Exception as problem:
                        said.append(type(problem).__name__ + ": " + str(problem))
                return {"output": said}
                """));

        assertThat(output("actor.py", ExecutionType.THICK, Stage.claim("1")))
                .isEqualTo("[\"LostClaim: no longer held\",\"DatabaseError: no longer held\"]");
    }

    @Test
    void whatWouldLockNothingIsRefusedWithTheNextStep() throws Exception {
        stage.script(
                "autocommit.py",
                actor("turing_runtime.hold(fake.Connection(autocommit=True), self.input_data)\nreturn {}"));
        stage.script("no_ticket.py", actor("turing_runtime.hold(fake.Connection(), {})\nreturn {}"));

        assertThat(stage.failure("autocommit.py", ExecutionType.THICK)).contains("Fix: connection.autocommit = False");
        assertThat(stage.failure("no_ticket.py", ExecutionType.THICK)).contains("Fix: pass the JSON object");
    }

    @Test
    void aModuleOfTheUsersOwnOfThatNameComesFirst() throws Exception {
        stage.script("turing_runtime.py", "mine = True\n");
        stage.script("run.py", "import turing_runtime\nprint('{\"output\": %d}' % turing_runtime.mine)\n");
        stage.script(
                "actor.py",
                "import turing_runtime\nclass A:\n    def process(self):\n"
                        + "        return {'output': turing_runtime.mine}\n");
        TaskType perSubject = Stage.taskType("run.py", ExecutionType.SCRIPT);

        assertThat(Stage.success(stage.run(perSubject, Stage.claim("1"))).output())
                .isEqualTo("1");
        assertThat(output("actor.py", ExecutionType.THICK, Stage.claim("1"))).isEqualTo("true");
    }
}
