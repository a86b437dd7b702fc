package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends children whose runtime is dead. Its supervisor does that within its grace; whoever starts on the same folder
 * does not wait for it, and finds them too if the supervisor was killed together with the runtime. Linux only:
 * elsewhere no process shows its environment.
 */
final class LeftBehind {

    private static final Logger log = LoggerFactory.getLogger(LeftBehind.class);
    private static final Path PROCESSES = Path.of("/proc");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private LeftBehind() {}

    /**
     * Kills what carries a mark, and returns when nothing does any more, or can't be killed.
     *
     * @param file holds the mark; none: nothing was started under it
     */
    static void end(Path file) throws IOException {
        String mark;
        try {
            mark = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return;
        }
        if (mark.isEmpty()) {
            return; // its runtime was killed before it had written it, and had started nothing
        }
        long until = System.nanoTime() + PATIENCE.toNanos();
        List<ProcessHandle> left = marked(mark);
        if (!left.isEmpty()) {
            log.warn("{} process(es) of scripts had outlived their runtime and are ended", left.size());
        }
        while (!left.isEmpty() && System.nanoTime() < until) {
            left.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(left);
            left = marked(mark);
        }
        if (!left.isEmpty()) {
            log.error("scripts of an earlier runtime can't be ended: processes {}. Fix: end them by hand", pids(left));
        }
    }

    private static List<Long> pids(List<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).toList();
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        CompletableFuture<?>[] ends =
                processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ends).get(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.debug("still there: {}", pids(processes)); // a zombie has no environment, and is not found again
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for a process never fails", e);
        }
    }

    private static List<ProcessHandle> marked(String mark) throws IOException {
        if (!Files.isDirectory(PROCESSES)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(PROCESSES)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d{1,18}"))
                    .filter(pid -> carries(pid, mark))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .toList();
        }
    }

    private static boolean carries(String pid, String mark) {
        try {
            Path environment = PROCESSES.resolve(pid).resolve("environ");
            return ("\0" + Files.readString(environment, StandardCharsets.ISO_8859_1))
                    .contains("\0TURING_CHILD=" + mark + ".");
        } catch (IOException e) {
            return false; // it has ended, or is another user's
        }
    }
}
