package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;

class ThickWithoutPsycopg2Test extends StagedTest {

    @Test
    void anActorThatUsesItsConnectionIsToldWhatIsMissingAndOneThatDoesNotRuns() throws Exception {
        reopen(settings().withDatabase(new DatabaseAccess("127.0.0.1", 1, "turing", "turing", null, "turing")));
        // Comes before an installed psycopg2, and is none.
        stage.script("psycopg2.py", "raise ImportError('not here')\n");
        stage.script(
                "uses.py",
                "class A:\n    def __init__(self, db_conn): self.db = db_conn\n"
                        + "    def process(self):\n        self.db.cursor()\n");
        stage.script(
                "idle.py",
                "class A:\n    def __init__(self, db_conn=None): pass\n"
                        + "    def process(self):\n        return {}\n");

        stage.script(
                "catches.py",
                "class A:\n    def __init__(self, db_conn): self.db = db_conn\n    def process(self):\n"
                        + "        try: self.db.cursor()\n"
                        + "        except Exception as e: return {'success': False, 'error': 'no luck'}\n");

        for (String script : List.of("uses.py", "catches.py")) {
            assertThat(stage.run(script, ExecutionType.THICK).outcome())
                    .isInstanceOfSatisfying(Outcome.Unrunnable.class, unrunnable -> {
                        assertThat(unrunnable.part()).isEqualTo(Environment.SCRIPT);
                        assertThat(unrunnable.error())
                                .contains(
                                        "psycopg2 is not installed",
                                        "pip install psycopg2-binary",
                                        "turing.scripts.python");
                    });
        }
        assertThat(stage.run("idle.py", ExecutionType.THICK).outcome()).isInstanceOf(Outcome.Succeeded.class);
    }
}
