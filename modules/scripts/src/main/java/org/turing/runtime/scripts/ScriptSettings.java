package org.turing.runtime.scripts;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link LocalScriptHost} runs scripts.
 *
 * @param scriptsFolder scripts are only run from here; also their working directory and project root
 * @param workFolder where the host keeps its pipes and its own programs, in a private folder that it removes
 * @param python the Python interpreter, a name on the PATH or a path; resolved once to the real interpreter, at least
 *     version 3.8
 * @param environment variables that every script gets beside the runtime's own, secrets included
 * @param database what scripts with database access are handed, or null if there is none to hand out
 * @param times how long to wait for what
 * @param limits how much a script may use
 */
public record ScriptSettings(
        Path scriptsFolder,
        Path workFolder,
        String python,
        Map<String, String> environment,
        @Nullable DatabaseAccess database,
        Times times,
        Limits limits) {
    public ScriptSettings {
        scriptsFolder = scriptsFolder.toAbsolutePath().normalize();
        workFolder = workFolder.toAbsolutePath().normalize();
        environment = Map.copyOf(environment);
    }

    /** {@code python3}, no additions to the environment, no database, the default times and limits. */
    public static ScriptSettings of(Path scriptsFolder, Path workFolder) {
        return new ScriptSettings(scriptsFolder, workFolder, "python3", Map.of(), null, Times.DEFAULT, Limits.DEFAULT);
    }

    public ScriptSettings withPython(String interpreter) {
        return new ScriptSettings(scriptsFolder, workFolder, interpreter, environment, database, times, limits);
    }

    public ScriptSettings withEnvironment(Map<String, String> additions) {
        return new ScriptSettings(scriptsFolder, workFolder, python, additions, database, times, limits);
    }

    public ScriptSettings withDatabase(@Nullable DatabaseAccess access) {
        return new ScriptSettings(scriptsFolder, workFolder, python, environment, access, times, limits);
    }

    public ScriptSettings withTimes(Times changed) {
        return new ScriptSettings(scriptsFolder, workFolder, python, environment, database, changed, limits);
    }

    public ScriptSettings withLimits(Limits changed) {
        return new ScriptSettings(scriptsFolder, workFolder, python, environment, database, times, changed);
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
     *     below the lease of the runtime, so that they are gone before somebody else may claim their subjects
     * @param idleWorker how long a warm worker waits for another subject before it is ended
     */
    public record Times(Duration grace, Duration heartbeatLimit, Duration idleWorker) {
        /** 5 s, 10 s and 60 s. */
        public static final Times DEFAULT =
                new Times(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(60));

        public Times {
            if (grace.isNegative()) {
                throw new IllegalArgumentException("grace is " + grace + ". Fix: zero or more");
            }
            if (heartbeatLimit.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        "heartbeat limit is " + heartbeatLimit + ". Fix: at least 1 s, and less than the lease");
            }
            if (idleWorker.isNegative()) {
                throw new IllegalArgumentException("idle time of workers is " + idleWorker + ". Fix: zero or more");
            }
        }
    }

    /**
     * @param logBytes how much of standard output and of standard error is kept for each run; the middle of more is
     *     left out; at least 1 KiB
     * @param resultBytes the longest result line; more is a failure; at least 1 KiB
     * @param subjectsPerWorker a warm worker is replaced after so many subjects; at least 1
     * @param memoryBytes address space of a process (RLIMIT_AS), at least 64 MiB, or null for no limit
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
