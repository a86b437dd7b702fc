package org.turing.runtime.bench.idle;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.turing.runtime.bench.Shell;

/** What processes take of the machine. */
final class Processes {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    private Processes() {}

    /** Resident memory of one process, without what it started, in bytes. */
    static long resident(ProcessHandle process) throws IOException, InterruptedException {
        String kibibytes = Shell.output(List.of("ps", "-o", "rss=", "-p", Long.toString(process.pid())), Map.of());
        return Long.parseLong(kibibytes.strip()) * 1024;
    }

    /** The same with all that it started; pages that they share count for each. */
    static long residentOfAll(ProcessHandle process) throws IOException, InterruptedException {
        long bytes = resident(process);
        for (ProcessHandle child : process.descendants().toList()) {
            bytes += resident(child);
        }
        return bytes;
    }

    /** Bytes of the objects in a Java process's heap that are in use, after a collection of all of it. */
    static long heap(Path javaHome, ProcessHandle process) throws IOException, InterruptedException {
        String jcmd = javaHome.resolve("bin/jcmd").toString();
        Matcher total = TOTAL.matcher(
                Shell.output(List.of(jcmd, Long.toString(process.pid()), "GC.class_histogram"), Map.of()));
        if (!total.find()) {
            throw new IOException(jcmd + " did not tell how many bytes the objects of a heap have");
        }
        return Long.parseLong(total.group(1));
    }

    /** Processor time of a process and of all that it started and that still run, in µs. */
    static long processorMicros(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .mapToLong(each ->
                        each.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1000)
                .sum();
    }
}
