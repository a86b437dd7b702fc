package org.turing.runtime.monitoring.jmx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task type at a glance: {@code org.turing.runtime:type=TaskType,name=…}. Counts are since the runtime started unless
 * they say otherwise.
 *
 * <p>The values are extremely transient, as {@link TuringRuntimeMXBean} explains; {@code running} may already be
 * {@code completed}. The bean goes when the task type is deleted. Attributes and operations throw
 * {@link IllegalStateException} when the runtime does not know the task type (any more), does not do what it was asked
 * or does not answer in 10 s.
 */
public interface TaskTypeMXBean {

    /** {@code task_type_id}. */
    long getId();

    /** {@code task_type_name}. */
    String getName();

    /** The pipeline, or null. */
    @Nullable
    String getPipeline();

    /** The model that it needs, or null. */
    @Nullable
    String getModel();

    /**
     * {@code idle}, {@code working}, {@code waiting} (for its gate), {@code paused}, {@code faulted}, {@code blocked}
     * or {@code starting}.
     */
    String getState();

    /** Why it is in that state, or null. */
    @Nullable
    String getReason();

    /** Subjects that may be claimed now; -1 if that is not known. */
    long getInbox();

    /** Whether counting the inbox stopped there: it holds more. */
    boolean isInboxMore();

    /** Subjects claimed by this runtime, running ones included. */
    int getInFlight();

    /** Subjects whose script runs now. */
    int getRunning();

    /** Tickets completed. */
    long getCompleted();

    /** Tickets skipped. */
    long getSkipped();

    /** Attempts failed. */
    long getFailed();

    /** Subjects given up by this runtime. */
    long getDead();

    /** Tickets overtaken. */
    long getOvertaken();

    /** Subjects that wait for their next attempt, whoever tried first. */
    long getBackingOff();

    /** Subjects set aside because a success left them in the inbox. */
    long getStayed();

    /** Subjects set aside: by a guard against circles, after interruptions of their runtime, or by a person. */
    long getSetAside();

    /** Subjects dead in the ledger until {@code retry}, whoever gave them up. */
    long getDeadStanding();

    /** Tickets finished over the last minute. */
    double getPerMinute();

    /** How many runs the durations were measured on. */
    long getDurationCount();

    /** Median duration of a run in milliseconds; 0 if none was measured. */
    double getDurationMillisP50();

    /** 99th percentile of the duration of a run in milliseconds; 0 if none was measured. */
    double getDurationMillisP99();

    /** The longest run in milliseconds; 0 if none was measured. */
    double getDurationMillisMax();

    /** How many starts the pick-up times were measured on. */
    long getPickUpCount();

    /** Median time from the wake-up to the script being handed the subject, in milliseconds; 0 if none was measured. */
    double getPickUpMillisP50();

    /** 99th percentile of that time in milliseconds; 0 if none was measured. */
    double getPickUpMillisP99();

    /** The longest such time in milliseconds; 0 if none was measured. */
    double getPickUpMillisMax();

    /** The longest run of one subject in seconds; 0 while that is not known. */
    double getTimeoutSeconds();

    /**
     * Where that comes from: {@code set}, {@code learned from 250 runs}, {@code default}; null while it is not known.
     */
    @Nullable
    String getTimeoutFrom();

    /** The name of the node on which its actor lives; empty while that is not known. */
    String getLivesOn();

    /**
     * How many of its subjects' scripts run on each host, by the host's name; hosts on which none runs are left out.
     */
    Map<String, Integer> getRunsOn();

    /** What people should look at. */
    List<String> getWarnings();

    /**
     * Stops it from starting work; what runs goes on.
     *
     * @return what was done
     */
    String pause();

    /**
     * Undoes {@link #pause}.
     *
     * @return what was done
     */
    String resume();

    /**
     * Lets it look at its inbox now.
     *
     * @return what was done
     */
    String pollNow();
}
