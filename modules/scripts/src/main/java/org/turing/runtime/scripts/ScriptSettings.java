package org.turing.runtime.scripts;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link LocalScriptHost} runs scripts.
 *
 * @param scriptsFolder scripts are only run from here; also their working directory and project root
 * @param workFolder where the host keeps its pipes and its own programs, in a private folder that it removes
 * @param python the Python interpreter, a name on the PATH or a path; resolved once to the real interpreter, at least
 *     version 3.8
 * @param environment what of the runtime's own environment scripts find in theirs
 * @param drift what happens where a script is not the one that is registered
 * @param database what scripts with database access are handed, or null if there is none to hand out
 * @param times how long to wait for what
 * @param limits how much a script may use
 */
public record ScriptSettings(
        Path scriptsFolder,
        Path workFolder,
        String python,
        EnvironmentRules environment,
        Drift drift,
        @Nullable DatabaseAccess database,
        Times times,
        Limits limits) {
    public ScriptSettings {
        scriptsFolder = scriptsFolder.toAbsolutePath().normalize();
        workFolder = workFolder.toAbsolutePath().normalize();
    }

    /**
     * {@code python3}, the runtime's environment less its secrets, warnings of drift, no database, the default times
     * and limits.
     */
    public static ScriptSettings of(Path scriptsFolder, Path workFolder) {
        return new ScriptSettings(
                scriptsFolder,
                workFolder,
                "python3",
                EnvironmentRules.INHERIT,
                Drift.WARN,
                null,
                Times.DEFAULT,
                Limits.DEFAULT);
    }

    public ScriptSettings withPython(String interpreter) {
        return new ScriptSettings(scriptsFolder, workFolder, interpreter, environment, drift, database, times, limits);
    }

    public ScriptSettings withEnvironment(EnvironmentRules rules) {
        return new ScriptSettings(scriptsFolder, workFolder, python, rules, drift, database, times, limits);
    }

    public ScriptSettings withDrift(Drift changed) {
        return new ScriptSettings(scriptsFolder, workFolder, python, environment, changed, database, times, limits);
    }

    public ScriptSettings withDatabase(@Nullable DatabaseAccess access) {
        return new ScriptSettings(scriptsFolder, workFolder, python, environment, drift, access, times, limits);
    }

    public ScriptSettings withTimes(Times changed) {
        return new ScriptSettings(scriptsFolder, workFolder, python, environment, drift, database, changed, limits);
    }

    public ScriptSettings withLimits(Limits changed) {
        return new ScriptSettings(scriptsFolder, workFolder, python, environment, drift, database, times, changed);
    }

    /** What happens where the file of a script has another hash than its task type's {@code script_hash}. */
    public enum Drift {
        /** It runs; status and its tickets say so. */
        WARN,
        /** It does not run. */
        REFUSE
    }

    /**
     * What a script needs to reach the database.
     *
     * @param host name or address, or the folder of a Unix socket
     * @param port the port
     * @param database the database's name
     * @param user the user
     * @param password the password, or null if none is needed
     * @param schema schema of the ledger, where {@code hold()} is
     */
    public record DatabaseAccess(
            String host,
            int port,
            String database,
            String user,
            @Nullable String password,
            String schema) {
        @Override
        public String toString() {
            return user + "@" + host + ":" + port + "/" + database;
        }
    }

    /**
     * @param grace between SIGTERM and SIGKILL for a run that is ended; zero kills at once
     * @param heartbeatLimit how long this JVM may be silent (stopped, frozen) until the supervisor ends its children;
     *     at least 200 ms
     * @param silenceGrace between SIGTERM and SIGKILL for children that are ended because this JVM is silent or dead;
     *     with the heartbeat limit below what is left of the runtime's lease, so that they are gone before somebody
     *     else may claim their subjects
     * @param idleWorker how long a warm worker waits for another subject before it is ended
     * @param start the longest start of a worker, from its process until it is ready to take a subject; positive
     */
    public record Times(
            Duration grace, Duration heartbeatLimit, Duration silenceGrace, Duration idleWorker, Duration start) {
        private static final Duration SHORTEST_LIMIT = Duration.ofMillis(200);

        /** 5 s, 10 s, 1.5 s, 60 s and 5 minutes. */
        public static final Times DEFAULT = new Times(
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofMillis(1500),
                Duration.ofSeconds(60),
                Duration.ofMinutes(5));

        public Times {
            if (grace.isNegative() || silenceGrace.isNegative()) {
                throw new IllegalArgumentException(
                        "graces are " + grace + " and " + silenceGrace + ". Fix: zero or more");
            }
            if (heartbeatLimit.compareTo(SHORTEST_LIMIT) < 0) {
                throw new IllegalArgumentException(
                        "heartbeat limit is " + heartbeatLimit + ". Fix: at least 200 ms, and less than the lease");
            }
            if (idleWorker.isNegative()) {
                throw new IllegalArgumentException("idle time of workers is " + idleWorker + ". Fix: zero or more");
            }
            if (start.isNegative() || start.isZero()) {
                throw new IllegalArgumentException("start of workers is " + start + ". Fix: more than zero");
            }
        }

        public Times withStart(Duration longest) {
            return new Times(grace, heartbeatLimit, silenceGrace, idleWorker, longest);
        }

        /**
         * The default times, but such that scripts are gone before the runtime's lease lapses: those of a runtime that
         * falls silent, and those that it ends itself once it has not renewed for three quarters of the lease.
         *
         * @param lease how long claims stand without a renewal
         * @param renewEvery how old the latest renewal may be when the runtime falls silent
         */
        public static Times within(Duration lease, Duration renewEvery) {
            Duration left = lease.minus(renewEvery);
            Duration limit = left.dividedBy(2);
            return new Times(
                    shorter(lease.dividedBy(5), DEFAULT.grace),
                    limit.compareTo(SHORTEST_LIMIT) < 0 ? SHORTEST_LIMIT : limit,
                    shorter(left.dividedBy(4), DEFAULT.silenceGrace),
                    DEFAULT.idleWorker,
                    DEFAULT.start);
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }

    /**
     * @param logBytes how much of standard output and of standard error is kept for each run; the middle of more is
     *     left out; at least 1 KiB
     * @param resultBytes the longest result line; more is a failure; at least 1 KiB
     * @param subjectsPerWorker a warm worker is replaced after so many subjects; at least 1
     * @param memoryBytes private memory of a process (RLIMIT_DATA), at least 64 MiB, or null for no limit
     * @param openFiles open files of a process (RLIMIT_NOFILE), at least 16, or null for the system's own limit
     */
    public record Limits(
            int logBytes,
            int resultBytes,
            int subjectsPerWorker,
            @Nullable Long memoryBytes,
            @Nullable Integer openFiles) {
        /** 64 KiB of each stream, result lines of 16 MiB, workers for as long as they live, the system's own limits. */
        public static final Limits DEFAULT = new Limits(64 << 10, 16 << 20, Integer.MAX_VALUE, null, null);

        public Limits {
            if (logBytes < 1 << 10 || resultBytes < 1 << 10) {
                throw new IllegalArgumentException("log of " + logBytes + " bytes, results of " + resultBytes
                        + " bytes. Fix: at least 1024 bytes each");
            }
            if (subjectsPerWorker < 1) {
                throw new IllegalArgumentException(subjectsPerWorker + " subjects per worker. Fix: at least 1");
            }
            if (memoryBytes != null && memoryBytes < 64L << 20) {
                throw new IllegalArgumentException("memory limit of " + memoryBytes + " bytes. Fix: at least 64 MiB");
            }
            if (openFiles != null && openFiles < 16) {
                throw new IllegalArgumentException("limit of " + openFiles + " open files. Fix: at least 16");
            }
        }
    }
}
