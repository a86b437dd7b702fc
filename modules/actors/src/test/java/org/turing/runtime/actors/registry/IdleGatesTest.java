package org.turing.runtime.actors.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus.Percentiles;
import org.turing.runtime.ports.view.Whereabouts;

/**
 * Each reason for which a model may idle while subjects wait for it is named, and what is no such thing is no alarm.
 */
class IdleGatesTest {

    @Test
    void aGateThatIsPausedOrWithoutSlotsIsNamed() {
        assertThat(why(gate("paused", 0, 0), taskType("waiting", null, 0, 0))).contains("its gate is paused");
        assertThat(why(
                        new GateStatus("m", 0, "blocked", 0, List.of(), List.of(), 0, 0, null, Whereabouts.UNKNOWN),
                        taskType("blocked", "model 'm' has slots = 0", 3, 0)))
                .contains("it has slots = 0");
        assertThat(why(
                        new GateStatus("m", 0, "unserved", 0, List.of(), List.of(), 0, 0, null, Whereabouts.UNKNOWN),
                        taskType("waiting", null, 3, 0)))
                .contains("no host that may serve it");
    }

    @Test
    void aTaskTypeThatIsPausedOrHasAnOpenBreakerIsNamedWithItsReason() {
        assertThat(why(gate("open", 0, 0), taskType("paused", "to go on: turing resume alma", 5, 0)))
                .isEqualTo("task type 'alma' is paused: to go on: turing resume alma");
        assertThat(why(gate("open", 0, 0), taskType("blocked", "the breaker of model 'm' is open: refused", 5, 0)))
                .isEqualTo("task type 'alma' is blocked: the breaker of model 'm' is open: refused");
    }

    @Test
    void slotsInQuarantineAreNamed() {
        assertThat(why(gate("open", 1, 1), taskType("waiting", null, -1, 0))).contains("quarantined");
    }

    @Test
    void aSlowWorkQueryAndSubjectsThatOnlyWaitForTheirNextAttemptAreNamed() {
        assertThat(why(gate("open", 0, 0), taskType("idle", "its work_query has been running for 12 s", -1, 0)))
                .contains("its work_query has been running for 12 s");
        assertThat(why(gate("open", 0, 0), taskType("idle", null, 0, 7))).contains("wait for their next attempt: 7");
    }

    @Test
    void aDatabaseThatCantServeIsNamedWhileNothingRuns() {
        assertThat(IdleGates.why(
                        List.of(gate("open", 0, 0)), List.of(taskType("idle", null, -1, 0)), "connection refused"))
                .containsEntry("m", "the database can't serve: connection refused");
    }

    @Test
    void aGateThatIsFullOrHasNothingToDoOrIsWorkedWithIsNoAlarm() {
        assertThat(why(gate("open", 1, 0), taskType("waiting", null, 3, 0)))
                .as("full")
                .isNull();
        assertThat(why(gate("open", 0, 0), taskType("idle", null, 0, 0)))
                .as("empty")
                .isNull();
        assertThat(why(gate("open", 0, 0), taskType("paused", null, 0, 0)))
                .as("paused and empty")
                .isNull();
        assertThat(why(gate("open", 0, 0), taskType("idle", null, 9, 0)))
                .as("an old count")
                .isNull();
        assertThat(why(gate("open", 0, 0), taskType("working", null, 9, 0)))
                .as("at work")
                .isNull();
    }

    @Test
    void onlyWhatKeepsATaskTypeFromLookingMakesACountWorthwhile() {
        assertThat(IdleGates.doubtful(List.of(gate("open", 0, 0)), List.of(taskType("paused", null, -1, 0))))
                .isTrue();
        assertThat(IdleGates.doubtful(List.of(gate("open", 0, 0)), List.of(taskType("idle", null, -1, 0))))
                .isFalse();
    }

    private static @Nullable String why(GateStatus gate, TaskTypeStatus taskType) {
        return IdleGates.why(List.of(gate), List.of(taskType), null).get("m");
    }

    private static GateStatus gate(String state, int held, int quarantined) {
        List<GateStatus.Party> holders = held == 0 ? List.of() : List.of(new GateStatus.Party("clara", held, 1));
        return new GateStatus("m", 1, state, quarantined, holders, List.of(), 0, 0, null, Whereabouts.UNKNOWN);
    }

    private static TaskTypeStatus taskType(String state, @Nullable String reason, long inbox, long backingOff) {
        return new TaskTypeStatus(
                1,
                "alma",
                null,
                "m",
                state,
                reason,
                inbox,
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                backingOff,
                0,
                0,
                0,
                0,
                Percentiles.NONE,
                Percentiles.NONE,
                60,
                "default",
                List.of(),
                Whereabouts.UNKNOWN);
    }
}
