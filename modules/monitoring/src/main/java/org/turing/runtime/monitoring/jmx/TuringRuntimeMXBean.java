package org.turing.runtime.monitoring.jmx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A runtime at a glance: {@code org.turing.runtime:type=Runtime}.
 *
 * <p>The values are extremely transient: each is a reading up to a second old (older if the runtime is slow to answer:
 * see {@link #getStatusAgeMillis}), two attributes need not be of one moment unless fetched together, and work goes on
 * meanwhile. Draw graphs from them; decide nothing that must be exact. Attributes throw {@link IllegalStateException}
 * until the runtime has answered once, operations when it does not do what it was asked or does not answer in 10 s.
 */
public interface TuringRuntimeMXBean {

    /** The program's version. */
    String getVersion();

    /** The machine's name. */
    String getHost();

    /** The process id. */
    long getPid();

    /** Its identity in the ledger; 0 until it has one. */
    long getRuntimeId();

    /** {@code starting}, {@code running}, {@code draining} or {@code waiting for the database}. */
    String getState();

    /** When it started, ISO-8601 in UTC. */
    String getStartedAt();

    /** Why the database can't serve, or null. */
    @Nullable
    String getDatabaseProblem();

    /** What people should look at, most pressing first. */
    List<String> getWarnings();

    /** The names of the task types that have beans. */
    List<String> getTaskTypes();

    /** The models whose gates have beans. */
    List<String> getModels();

    /**
     * What is out of order, so that nothing that needs it is started, for people: {@code model 'gemma2' since
     * 2026-01-02T03:04:05Z: …}.
     */
    List<String> getOpenBreakers();

    /** Subjects that may be claimed now, over all task types whose inbox is known: a lower bound. */
    long getInbox();

    /** Subjects claimed by this runtime. */
    int getInFlight();

    /** Subjects whose script runs now. */
    int getRunning();

    /** Tickets completed since the runtime started. */
    long getCompleted();

    /** Tickets skipped since the runtime started. */
    long getSkipped();

    /** Attempts failed since the runtime started. */
    long getFailed();

    /** Subjects given up since the runtime started. */
    long getDead();

    /** Outcomes that wait to be written to the ledger. */
    long getUnwritten();

    /** For how long the oldest of them has waited, in seconds; 0 if none waits. */
    double getUnwrittenSeconds();

    /** Tickets finished over the last minute. */
    double getPerMinute();

    /** How old these readings are, in milliseconds. */
    long getStatusAgeMillis();

    /**
     * Stops everything from starting work; what runs goes on.
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
     * Ends the runtime, and with it this bean; returns at once.
     *
     * @param now end what runs instead of finishing it
     */
    void stop(boolean now);
}
