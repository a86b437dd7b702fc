package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.Inboxes.Found;

/** A work_query may return wide rows; what it may not is to fill the runtime's memory with them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WideRowsTest {

    private TestDatabase test;

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @AfterAll
    void close() {
        test.close();
    }

    @Test
    void aRowThatIsTooLargeIsAFaultThatNamesItsSubject() throws Exception {
        TaskType taskType = test.registerQuery(
                "too_wide", "SELECT g AS id, repeat('x', g * 1048576) AS t FROM generate_series(7, 9) g");

        assertThatThrownBy(() -> test.look(taskType, 1).candidates().size())
                .isInstanceOf(InboxFault.class)
                .hasMessageContaining("returns a row of 8.0 MiB for subject '8', and 8 MiB is the most")
                .hasMessageContaining("Fix: UPDATE task_types SET work_query");
        assertThat(test.inboxes.named(taskType, test.shape(taskType), "7").fields())
                .hasSizeGreaterThan(7 << 20);
        assertThatThrownBy(() -> test.inboxes.named(taskType, test.shape(taskType), "9"))
                .isInstanceOf(InboxFault.class)
                .hasMessageContaining("for subject '9'");
    }

    @Test
    void aLookEndsWithWhatItHasBeforeItFillsTheMemory() throws Exception {
        TaskType taskType =
                test.registerQuery("wide", "SELECT g AS id, repeat('x', 4194000) AS t FROM generate_series(1, 100) g");

        Found found = test.look(taskType, 50);

        assertThat(found.candidates()).hasSize(17);
        assertThat(found.more()).isTrue();
        assertThat(TestDatabase.ids(found.candidates())).startsWith("1", "2", "3");
    }

    @Test
    void narrowRowsComeAllTheSame() throws Exception {
        TaskType taskType = test.registerQuery("narrow", "SELECT g AS id FROM generate_series(1, 2000) g");

        assertThat(test.look(taskType, 1500).candidates()).hasSize(1500);
        assertThat(test.look(taskType, 3).candidates()).hasSize(3);
    }
}
