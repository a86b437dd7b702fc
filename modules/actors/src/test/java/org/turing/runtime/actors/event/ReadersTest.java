package org.turing.runtime.actors.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;

class ReadersTest {

    private static final Relation OWL = new Relation("public", "owl");
    private static final Relation PROPOSALS = new Relation("public", "owl_proposals");

    @Test
    void aMovedStatusWakesThoseWhoPickThatStatusUp() {
        Progress.Step step = new Progress.Step(writer(List.of(), "owl"), 3, Set.of(new StatusChange(OWL, "passed")));
        assertThat(Readers.concerned(reader("passed", null, "owl"), Set.of(OWL), step))
                .isTrue();
        assertThat(Readers.concerned(reader("pending", null, "owl"), Set.of(OWL), step))
                .isFalse();
        assertThat(Readers.concerned(reader("passed", null, "owl"), Set.of(PROPOSALS), step))
                .isFalse();
    }

    @Test
    void aMovedStatusWakesEveryQueryOverThatTable() {
        Progress.Step step = new Progress.Step(writer(List.of(), "owl"), 3, Set.of(new StatusChange(OWL, "passed")));
        assertThat(Readers.concerned(reader("pending", "SELECT …", "other"), Set.of(OWL), step))
                .isTrue();
    }

    @Test
    void withoutAMoveTheDeclaredWritesDecide() {
        Progress.Step step = new Progress.Step(writer(List.of("Public.\"owl_proposals\""), null), 1, Set.of());
        assertThat(Readers.concerned(reader(null, "SELECT …", null), Set.of(PROPOSALS), step))
                .isTrue();
        assertThat(Readers.concerned(reader(null, "SELECT …", null), Set.of(OWL), step))
                .isFalse();
        Progress.Step unqualified = new Progress.Step(writer(List.of("owl_proposals"), null), 1, Set.of());
        assertThat(Readers.concerned(reader(null, "SELECT …", null), Set.of(PROPOSALS), unqualified))
                .isTrue();
    }

    @Test
    void withoutDeclaredWritesThePipelineDecidesAndWithoutAPipelineEverybodyIsWoken() {
        Progress.Step piped = new Progress.Step(writer(List.of(), "owl"), 1, Set.of());
        assertThat(Readers.concerned(reader(null, "SELECT …", "owl"), Set.of(OWL), piped))
                .isTrue();
        assertThat(Readers.concerned(reader(null, "SELECT …", "other"), Set.of(OWL), piped))
                .isFalse();
        Progress.Step loose = new Progress.Step(writer(List.of(), null), 1, Set.of());
        assertThat(Readers.concerned(reader(null, "SELECT …", "other"), Set.of(OWL), loose))
                .isTrue();
    }

    @Test
    void aStepWithoutASuccessWakesNobody() {
        Progress.Step step = new Progress.Step(writer(List.of(), null), 0, Set.of());
        assertThat(Readers.concerned(reader(null, "SELECT …", null), Set.of(OWL), step))
                .isFalse();
    }

    private static TaskType writer(List<String> writes, @Nullable String pipeline) {
        return taskType(null, "SELECT …", pipeline, writes);
    }

    private static TaskType reader(@Nullable String inboxStatus, @Nullable String query, @Nullable String pipeline) {
        return taskType(inboxStatus, query, pipeline, List.of());
    }

    private static TaskType taskType(
            @Nullable String inboxStatus, @Nullable String query, @Nullable String pipeline, List<String> writes) {
        DeclaredInbox inbox =
                inboxStatus == null ? null : new DeclaredInbox("owl", "owl_id", "status", inboxStatus, List.of());
        return new TaskType(
                1,
                "step",
                "",
                pipeline,
                true,
                query,
                inbox,
                "step.py",
                null,
                List.of(),
                writes,
                ExecutionType.AUTO,
                null,
                10,
                null,
                0,
                null,
                null,
                3,
                Duration.ofSeconds(1),
                Rerun.ON_RETURN,
                null);
    }
}
