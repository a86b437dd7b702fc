package org.turing.runtime.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What processes take of the machine. */
public final class Processes {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");

    /** Of utime, stime, cutime and cstime in proc(5), counted from the field after the command. */
    private static final int FIRST_TIME = 11;

    /** Linux counts them for programs in hundredths of a second, whatever its own clock. */
    private static final long MICROS_A_TICK = 10_000;

    private Processes() {}

    /** Resident memory of one process, without what it started, in bytes. */
    public static long resident(ProcessHandle process) throws IOException, InterruptedException {
        String kibibytes = Shell.output(List.of("ps", "-o", "rss=", "-p", Long.toString(process.pid())), Map.of());
        return Long.parseLong(kibibytes.strip()) * 1024;
    }

    /** The same with all that it started; pages that they share count for each. */
    public static long residentOfAll(ProcessHandle process) throws IOException, InterruptedException {
        long bytes = resident(process);
        for (ProcessHandle child : process.descendants().toList()) {
            bytes += resident(child);
        }
        return bytes;
    }

    /** Bytes of the objects in a Java process's heap that are in use, after a collection of all of it. */
    public static long heap(Path javaHome, ProcessHandle process) throws IOException, InterruptedException {
        String jcmd = javaHome.resolve("bin/jcmd").toString();
        Matcher total = TOTAL.matcher(
                Shell.output(List.of(jcmd, Long.toString(process.pid()), "GC.class_histogram"), Map.of()));
        if (!total.find()) {
            throw new IOException(jcmd + " did not tell how many bytes the objects of a heap have");
        }
        return Long.parseLong(total.group(1));
    }

    /** Processor time of a process and of all that it started, whether it still runs or has been waited for, in µs. */
    public static long processorMicros(ProcessHandle process) throws IOException {
        long sum = 0;
        for (ProcessHandle each :
                Stream.concat(Stream.of(process), process.descendants()).toList()) {
            sum += ownMicros(each);
        }
        return sum;
    }

    /** The same of all that this program has started; a server in the background is not among it. */
    public static long processorMicrosOfStarted() throws IOException {
        long sum = 0;
        for (ProcessHandle started : ProcessHandle.current().children().toList()) {
            sum += processorMicros(started);
        }
        return sum;
    }

    /** From Linux, which tells of ended children too; elsewhere of the process alone. */
    private static long ownMicros(ProcessHandle process) throws IOException {
        Path stat = Path.of("/proc/" + process.pid() + "/stat");
        if (!Files.exists(Path.of("/proc/self/stat"))) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1000;
        }
        try {
            String line = Files.readString(stat);
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return IntStream.rangeClosed(FIRST_TIME, FIRST_TIME + 3)
                            .mapToLong(field -> Long.parseLong(fields[field]))
                            .sum()
                    * MICROS_A_TICK;
        } catch (NoSuchFileException ended) {
            return 0; // its parent has its time now
        }
    }
}
