package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.TaskType;

class AssignmentTest {

    private static final TaskType ALMA = taskType(9389, "alma", "owl");
    private static final TaskType MAIL = taskType(17, "mail", null);

    @Test
    void everythingIncludesAll() {
        assertThat(Assignment.EVERYTHING.includes(ALMA)).isTrue();
        assertThat(Assignment.EVERYTHING.includes(MAIL)).isTrue();
        assertThat(Assignment.EVERYTHING.missing(List.of())).isEmpty();
    }

    @Test
    void aTaskTypeIsNamedByNameOrId() {
        assertThat(only(Set.of("alma"), null).includes(ALMA)).isTrue();
        assertThat(only(Set.of("9389"), null).includes(ALMA)).isTrue();
        assertThat(only(Set.of("9389"), null).includes(MAIL)).isFalse();
    }

    @Test
    void nameAndPipelineMustBothFit() {
        assertThat(only(Set.of(), "owl").includes(ALMA)).isTrue();
        assertThat(only(Set.of(), "owl").includes(MAIL)).isFalse();
        assertThat(only(Set.of("mail"), "owl").includes(MAIL)).isFalse();
    }

    @Test
    void whatDoesNotExistIsToldWithWhatDoes() {
        assertThat(only(Set.of("alma", "17", "lost"), "hens").missing(List.of(ALMA, MAIL)))
                .containsExactly(
                        "there is no task type 'lost'. Registered: alma, mail",
                        "there is no pipeline 'hens'. Registered: owl");
    }

    private static Assignment only(Set<String> taskTypes, @Nullable String pipeline) {
        return new Assignment(taskTypes, pipeline, 0, Set.of(), false, false);
    }

    private static TaskType taskType(long id, String name, @Nullable String pipeline) {
        return new TaskType(
                id,
                name,
                "",
                pipeline,
                true,
                "SELECT 1",
                null,
                "a.py",
                null,
                List.of(),
                List.of(),
                ExecutionType.AUTO,
                null,
                100,
                null,
                0,
                null,
                null,
                3,
                Duration.ofSeconds(10),
                Rerun.ON_RETURN,
                null);
    }
}
