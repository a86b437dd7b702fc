package org.turing.runtime.ports.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An open circuit breaker: something that scripts need is out of order, and nothing that needs it is started.
 *
 * @param kind {@code model}, {@code script} or {@code task type}
 * @param name the model, the script's path or the task type
 * @param since when it opened, in the database's time
 * @param reason the failure that opened it, or that of the latest probe
 * @param nextProbeAt from when one subject may try whether it works again; null while one tries
 * @param failedProbes how many probes have failed since it opened
 */
public record BreakerStatus(
        String kind,
        String name,
        Instant since,
        String reason,
        @Nullable Instant nextProbeAt,
        int failedProbes) {}
