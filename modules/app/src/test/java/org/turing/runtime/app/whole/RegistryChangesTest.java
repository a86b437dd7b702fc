package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.program.RuntimeProgram;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** A runtime that runs hears what changes in the registry, and is in nobody's way while it is idle. */
class RegistryChangesTest {

    @RegisterExtension
    final WholeSystem system = new WholeSystem();

    @BeforeEach
    void registerOne() throws Exception {
        system.registerGood("alma", 2);
    }

    private RuntimeProgram idleRuntime() throws Exception {
        RuntimeProgram program = system.start();
        WholeSystem.await("alma to be idle")
                .until(() -> system.done("alma") == 2
                        && WholeSystem.status(program, "alma").state().equals("idle"));
        return program;
    }

    private void change(String set) throws SQLException {
        system.execute("UPDATE turing.task_types SET " + set + " WHERE task_type_name = 'alma'");
    }

    private void insert(String table, int id) throws SQLException {
        system.execute("INSERT INTO " + table + " VALUES (" + id + ", 'new')");
    }

    private static boolean runs(RuntimeProgram program, String taskType) {
        return WholeSystem.status(program).taskTypes().stream()
                .map(TaskTypeStatus::name)
                .anyMatch(taskType::equals);
    }

    @Test
    void aTaskTypeThatIsSwitchedOffClaimsNothingUntilItIsSwitchedOn() throws Exception {
        RuntimeProgram program = idleRuntime();

        change("enabled = false");
        WholeSystem.await("alma to be gone").until(() -> !runs(program, "alma"));
        insert("alma", 3);
        system.registerGood("carl", 1);
        WholeSystem.await("its new neighbour").until(() -> system.done("carl") == 1);
        assertThat(system.done("alma")).isEqualTo(2);

        change("enabled = true");
        WholeSystem.await("alma's work").until(() -> system.done("alma") == 3);
    }

    @Test
    void aNewQueryIsUsedFromNowOn() throws Exception {
        system.makeTable("early", 1);
        system.execute("CREATE TABLE late AS SELECT 10 AS id");
        system.register("reader", "work_query", "SELECT id FROM early", "script_path", "good.py", "rerun", "once");
        system.start();
        WholeSystem.await("the early table's row").until(() -> system.tickets("reader", "completed") == 1);

        system.execute(
                "UPDATE turing.task_types SET work_query = 'SELECT id FROM late'" + " WHERE task_type_name = 'reader'");
        WholeSystem.await("the late table's row").until(() -> system.tickets("reader", "completed") == 2);
        insert("early", 2);
        system.execute("INSERT INTO late VALUES (11)");

        WholeSystem.await("its next row").until(() -> system.tickets("reader", "completed") == 3);
        assertThat(system.ofTickets("reader", "subject_id")).containsExactly("1", "10", "11");
    }

    @Test
    void anotherModelIsAskedForFromNowOn() throws Exception {
        RuntimeProgram program = idleRuntime();

        change("requires_model = 'gemma2'");
        WholeSystem.await("the gate")
                .until(() -> "gemma2".equals(WholeSystem.status(program, "alma").model()));
        insert("alma", 3);

        WholeSystem.await("its work").until(() -> system.done("alma") == 3);
        assertThat(system.ofTickets("alma", "model")).containsExactly("null", "null", "gemma2");
    }

    @Test
    void aDeletedRowEndsItsTaskTypeAndANewOneStartsItsOwn() throws Exception {
        RuntimeProgram program = idleRuntime();

        system.execute("DELETE FROM turing.task_types WHERE task_type_name = 'alma'");
        WholeSystem.await("alma to be gone").until(() -> !runs(program, "alma"));
        insert("alma", 3);
        system.registerGood("carl", 1);

        WholeSystem.await("carl's work").until(() -> system.done("carl") == 1);
        assertThat(system.done("alma")).isEqualTo(2);
    }

    @Test
    void anAlterTableOnATableThatAnIdleRuntimeReadsIsLetThrough() throws Exception {
        RuntimeProgram program = idleRuntime();

        try (Connection connection = system.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '1s'");
            for (int column = 0; column < 20; column++) {
                statement.execute("ALTER TABLE alma ADD COLUMN wing" + column + " int");
            }
        }
        system.execute("INSERT INTO alma (id, status) VALUES (3, 'new')");

        WholeSystem.await("alma's work").until(() -> system.done("alma") == 3);
        assertThat(WholeSystem.status(program, "alma").state()).isNotEqualTo("faulted");
    }
}
