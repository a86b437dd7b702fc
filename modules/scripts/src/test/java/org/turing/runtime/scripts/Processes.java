package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What runs on this machine, as /proc tells. */
final class Processes {

    private Processes() {}

    /** Whether a process is there and more than a zombie. */
    static boolean alive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return "RSDT".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Processes whose command line holds a text. */
    static List<Long> mentioning(String text) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .map(Long::parseLong)
                    .filter(pid -> alive(pid) && commandLine(pid).contains(text))
                    .toList();
        }
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    static void awaitEnd(long pid) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !alive(pid));
    }

    /** Waits for a file that a script writes its process id into. */
    static long awaitPid(Path file) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
