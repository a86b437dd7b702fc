package org.turing.runtime.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the processes of a PostgreSQL server by the data directory that they work in, and ends them. */
final class ServerProcesses {

    private static final boolean HAS_PROC = Files.isDirectory(Path.of("/proc/self/cwd"));

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private ServerProcesses() {}

    /** Every live process of a server on this data directory: the postmaster and its children. */
    static List<ProcessHandle> on(Path data) throws IOException {
        if (!Files.exists(data)) {
            return List.of();
        }
        Path real = data.toRealPath();
        return ProcessHandle.allProcesses()
                .filter(process -> worksIn(process, real) && isPostgres(process))
                .toList();
    }

    /**
     * Kills every process of a server on this data directory and waits for their end.
     *
     * @return whether none runs any more within the limit
     */
    static boolean kill(Path data, Duration limit) throws IOException {
        List<ProcessHandle> left = on(data);
        left.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?> end =
                CompletableFuture.allOf(left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline) {
            // What has ended but was not collected by its parent has no working folder, yet counts as alive.
            if (hasEnded(end) || on(data).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasEnded(CompletableFuture<?> end) {
        try {
            end.get(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failure) {
            throw new EmbeddedPostgresFailure("can't wait for the end of PostgreSQL's processes", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresFailure("interrupted while ending PostgreSQL", interrupted);
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(false);
    }

    /** Every process of PostgreSQL works in its data directory. Where that can't be seen, the postmaster's -D tells. */
    private static boolean worksIn(ProcessHandle process, Path data) {
        if (!HAS_PROC) {
            return process.info()
                    .arguments()
                    .map(arguments -> Arrays.asList(arguments).contains(data.toString()))
                    .orElse(false);
        }
        try {
            Path workingFolder = Path.of("/proc", Long.toString(process.pid()), "cwd");
            return Files.readSymbolicLink(workingFolder).equals(data);
        } catch (IOException notOurs) {
            // It has ended, or belongs to someone whose processes we may not look at.
            return false;
        }
    }
}
