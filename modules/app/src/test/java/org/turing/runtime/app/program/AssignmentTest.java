package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.view.UnknownName;

class AssignmentTest {

    private static final TaskType ALMA = taskType(9389, "alma", "owl");
    private static final TaskType MAIL = taskType(17, "mail", null);

    @Test
    void everythingIncludesAll() {
        assertThat(Assignment.EVERYTHING.includes(ALMA)).isTrue();
        assertThat(Assignment.EVERYTHING.includes(MAIL)).isTrue();
        assertThatCode(() -> Assignment.EVERYTHING.refuseUnknown(registry())).doesNotThrowAnyException();
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
        assertThatThrownBy(() -> only(Set.of("alma", "17", "lost"), "hens").refuseUnknown(registry(ALMA, MAIL)))
                .isInstanceOf(UnknownName.class)
                .hasMessage("there is no task type 'lost'. Registered: alma, mail\n"
                        + "there is no pipeline 'hens'. Registered: owl");
        assertThatThrownBy(() -> only(Set.of("lost"), null).refuseUnknown(registry()))
                .hasMessage("there is no task type 'lost'. None is registered");
    }

    @Test
    void whatIsMisspeltIsToldWithWhatWasMeant() {
        assertThatThrownBy(() -> only(Set.of("almo"), "owls").refuseUnknown(registry(ALMA, MAIL)))
                .hasMessage("there is no task type 'almo'. Did you mean alma?\n"
                        + "there is no pipeline 'owls'. Did you mean owl?");
    }

    @Test
    void whatIsRegisteredAndCannotBeReadIsToldWithItsProblem() {
        Registry.Contents registry = new Registry.Contents(
                List.of(ALMA),
                Set.of(),
                List.of(),
                List.of(new Registry.Problem(17, "mail", "task type 'mail': no script_path")));

        assertThatThrownBy(() -> only(Set.of("mail"), null).refuseUnknown(registry))
                .hasMessage("task type 'mail': no script_path");
    }

    private static Registry.Contents registry(TaskType... taskTypes) {
        return new Registry.Contents(List.of(taskTypes), Set.of(), List.of(), List.of());
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
