package org.turing.runtime.actors;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.breaker.BreakerSettings;

/**
 * How a runtime runs: what it was asked to do, and its pace.
 *
 * @param taskTypes only these task types, by name or id; empty: all
 * @param pipeline only this pipeline; null: all
 * @param limit tickets to make at most, after which it leaves; 0: no limit
 * @param subjects only these subject ids; empty: all
 * @param runOnce whether it leaves when nothing is left to do, retries included
 * @param claimsByItself false if it only runs what people ask for ({@code turing run})
 * @param version the program's version, for status
 * @param offer what this machine offers
 * @param pollShortest the pause after the first empty look at an inbox
 * @param pollLongest the longest pause between two looks, where the task type says nothing else
 * @param quantum how long a task type may keep a slot while others wait
 * @param claimAhead claim only what is likely to start within this time
 * @param drainTimeout how long a stop waits for what runs
 * @param idleAlarm how long a gate may idle while work waits before that is an alarm; positive
 * @param breakers when circuit breakers open, and for how long
 * @param unwritten how many outcomes may wait to be written to the ledger before nothing more is claimed
 */
public record RunSettings(
        Set<String> taskTypes,
        @Nullable String pipeline,
        long limit,
        Set<String> subjects,
        boolean runOnce,
        boolean claimsByItself,
        String version,
        WorkerHost.Offer offer,
        Duration pollShortest,
        Duration pollLongest,
        Duration quantum,
        Duration claimAhead,
        Duration drainTimeout,
        Duration idleAlarm,
        BreakerSettings breakers,
        Unwritten.Bounds unwritten) {
    public RunSettings {
        taskTypes = Set.copyOf(taskTypes);
        subjects = Set.copyOf(subjects);
    }

    /**
     * Everything at its default: all task types, for ever.
     *
     * @param version the program's version
     * @param host this machine's name
     */
    public static RunSettings defaults(String version, String host) {
        return new RunSettings(
                Set.of(),
                null,
                0,
                Set.of(),
                false,
                true,
                version,
                new WorkerHost.Offer(host, Runtime.getRuntime().availableProcessors(), Set.of(), List.of()),
                Duration.ofMillis(250),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                BreakerSettings.DEFAULT,
                Unwritten.Bounds.DEFAULT);
    }

    /** This machine's name. */
    public String host() {
        return offer.name();
    }

    /** Whether it was asked to run a part of the task types only. */
    public boolean selective() {
        return !taskTypes.isEmpty() || pipeline != null;
    }

    /** Whether it leaves by itself. */
    public boolean leaves() {
        return runOnce || limit > 0;
    }
}
