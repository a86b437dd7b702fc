package org.turing.runtime.embedded;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the processes of a PostgreSQL server by the data directory that they work in, and ends them. */
final class ServerProcesses {

    private static final Logger log = LoggerFactory.getLogger(ServerProcesses.class);
    private static final boolean HAS_PROC = Files.isDirectory(Path.of("/proc/self/cwd"));

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private ServerProcesses() {}

    /** Every live process of a server on this data directory: the postmaster and its children, or initdb and its. */
    static List<ProcessHandle> on(Path data) throws IOException {
        if (!Files.exists(data)) {
            return List.of();
        }
        Path real = data.toRealPath();
        return ProcessHandle.allProcesses()
                .filter(process -> isOneOf(process, real))
                .toList();
    }

    /** Whether this process is one of those; the machine's others are not looked at. */
    static boolean isOn(Path data, long pid) throws IOException {
        if (!Files.exists(data)) {
            return false;
        }
        Path real = data.toRealPath();
        return ProcessHandle.of(pid).filter(process -> isOneOf(process, real)).isPresent();
    }

    private static boolean isOneOf(ProcessHandle process, Path data) {
        return HAS_PROC ? works(process.pid(), data) : isNamed(process.info(), data);
    }

    /**
     * Kills every process of a server on this data directory and waits for their end.
     *
     * @return whether none runs any more within the limit
     */
    static boolean kill(Path data, Duration limit) throws IOException {
        return awaitNone(data, limit, ProcessHandle::destroyForcibly);
    }

    /**
     * Waits for the end of every process of a server on this data directory.
     *
     * @return whether none runs any more within the limit
     */
    static boolean awaitNone(Path data, Duration limit) throws IOException {
        return awaitNone(data, limit, process -> {});
    }

    private static boolean awaitNone(Path data, Duration limit, Consumer<ProcessHandle> treatment) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        List<ProcessHandle> left = on(data);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            left.forEach(treatment);
            awaitEnd(left);
            left = on(data);
        }
        return left.isEmpty();
    }

    /** For a while only: what has ended but was not collected by its parent counts as alive, though it runs no more. */
    private static void awaitEnd(List<ProcessHandle> processes) {
        CompletableFuture<?> end = CompletableFuture.allOf(
                processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            end.get(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            log.debug("waiting for the end of {}", processes);
        } catch (ExecutionException failure) {
            throw new EmbeddedPostgresFailure("can't wait for the end of PostgreSQL's processes", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresFailure("interrupted while ending PostgreSQL", interrupted);
        }
    }

    /** Every process of PostgreSQL bears its name and works in its data directory; initdb is only told of it. */
    private static boolean works(long pid, Path data) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            String name = Files.readString(process.resolve("comm")).strip();
            return name.startsWith("postgres") && worksIn(process, data)
                    || name.equals("initdb") && arguments(process).contains("--pgdata=" + data);
        } catch (IOException ended) {
            return false;
        }
    }

    private static boolean worksIn(Path process, Path data) throws IOException {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(data);
        } catch (AccessDeniedException hidden) {
            // Another user's, and nobody's server is that to a root without all of its powers. The postmaster's
            // arguments are there for everyone to read.
            return arguments(process).contains(data.toString());
        }
    }

    private static List<String> arguments(Path process) throws IOException {
        return Arrays.asList(Files.readString(process.resolve("cmdline")).split("\0"));
    }

    /** Without /proc only the postmaster can be told, by its arguments. */
    private static boolean isNamed(ProcessHandle.Info process, Path data) {
        boolean postgres =
                process.command().map(command -> command.endsWith("/postgres")).orElse(false);
        return postgres
                && process.arguments()
                        .map(arguments -> Arrays.asList(arguments).contains(data.toString()))
                        .orElse(false);
    }
}
