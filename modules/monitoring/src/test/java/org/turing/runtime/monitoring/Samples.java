package org.turing.runtime.monitoring;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus.Percentiles;
import org.turing.runtime.ports.view.Whereabouts;

/** Statuses to show. */
public final class Samples {

    public static final Instant STARTED = Instant.parse("2026-01-02T03:04:05.678Z");

    private Samples() {}

    /** clara_a works under its model's gate, lucy is idle without a model. */
    public static RuntimeStatus running() {
        return status("running", null, List.of(claraA(), lucy()), List.of(gate("mistral-nemo:12b")));
    }

    public static RuntimeStatus status(
            String state, @Nullable String databaseProblem, List<TaskTypeStatus> taskTypes, List<GateStatus> gates) {
        return new RuntimeStatus(
                "1.2.3",
                "laptop",
                4711,
                42,
                state,
                STARTED,
                databaseProblem,
                new RuntimeStatus.Unwritten(3, 4_096, 2.5),
                List.of(),
                taskTypes,
                gates,
                List.of(new BreakerStatus("model", "gemma2", STARTED, "refused", STARTED.plusSeconds(1), 4)),
                List.of("an alarm"));
    }

    public static TaskTypeStatus claraA() {
        return taskType(
                9364,
                "clara_a",
                "mistral-nemo:12b",
                "working",
                null,
                120,
                2.5,
                new Percentiles(7, 12_000, 230_000, 414_000),
                List.of("look at me"));
    }

    public static TaskTypeStatus lucy() {
        return taskType(9388, "lucy", null, "idle", "nothing to do", -1, Double.NaN, Percentiles.NONE, List.of());
    }

    private static TaskTypeStatus taskType(
            long id,
            String name,
            @Nullable String model,
            String state,
            @Nullable String reason,
            long inbox,
            double perMinute,
            Percentiles durations,
            List<String> warnings) {
        return new TaskTypeStatus(
                id,
                name,
                "owl",
                model,
                state,
                reason,
                inbox,
                inbox > 100,
                4,
                2,
                1_000,
                11,
                12,
                13,
                14,
                15,
                16,
                17,
                18,
                perMinute,
                durations,
                new Percentiles(7, 1.5, 30, 45),
                460,
                "learned from 250 runs",
                warnings,
                new Whereabouts("gpu-1", Map.of("gpu-2", 2)));
    }

    public static GateStatus gate(String model) {
        return new GateStatus(
                model,
                2,
                "open",
                0,
                List.of(new GateStatus.Party("clara_a", 1, 12.34)),
                List.of(new GateStatus.Party("alma", 2, 0.4), new GateStatus.Party("carl", 1, 0.1)),
                99,
                1234.5,
                null,
                new Whereabouts("gpu-1", Map.of("gpu-2", 2)));
    }
}
