package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks at Linux's /proc for what descends from a runtime, by a mark in the environment that descendants inherit. */
final class Processes {

    /** The variable that bears the mark: round, runtime and number of the process. */
    static final String MARK = "CAMPAIGN_PROCESS";

    /** What the supervisor program gives to scripts only. */
    private static final String SCRIPT = "TURING_CHILD=";

    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** Whether it runs; what has ended and only waits to be collected does not. */
    static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException ended) {
            return false;
        }
    }

    /** Every script whose mark begins so. */
    static List<Long> scripts(String mark) throws IOException {
        return marked(mark, true);
    }

    /** Every process whose mark begins so and that is no script: a runtime, its supervisor program. */
    static List<Long> others(String mark) throws IOException {
        return marked(mark, false);
    }

    private static List<Long> marked(String mark, boolean scripts) throws IOException {
        List<Long> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.matches("[0-9]+") && bears(entry, mark, scripts) && isAlive(Long.parseLong(name))) {
                    found.add(Long.parseLong(name));
                }
            }
        }
        return found;
    }

    private static boolean bears(Path process, String mark, boolean script) {
        try {
            String environment = "\0" + Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return environment.contains("\0" + MARK + "=" + mark) && environment.contains("\0" + SCRIPT) == script;
        } catch (IOException ended) {
            return false;
        }
    }

    /** A process as a line for people. */
    static String describe(long pid) {
        try {
            return pid + " "
                    + Files.readString(PROC.resolve(pid + "/cmdline"))
                            .replace('\0', ' ')
                            .strip();
        } catch (IOException ended) {
            return pid + " (ended meanwhile)";
        }
    }
}
