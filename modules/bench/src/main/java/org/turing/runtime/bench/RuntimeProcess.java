package org.turing.runtime.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.turing.runtime.embedded.DataFolder;

/** A runtime as its users start it, with its log in a file. */
public final class RuntimeProcess implements AutoCloseable {

    private static final Duration LONGEST_END = Duration.ofMinutes(1);
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    private final Process process;
    private final Path data;
    private final Path log;
    private final long spawnedAt;

    private RuntimeProcess(Process process, Path data, Path log, long spawnedAt) {
        this.process = process;
        this.data = data;
        this.log = log;
        this.spawnedAt = spawnedAt;
    }

    /**
     * Spawns {@code java -jar turing-runtime.jar start}; returns at once.
     *
     * @param scripts the scripts folder
     * @param settings more of the environment
     */
    public static RuntimeProcess spawn(
            Program program, BenchDatabase database, Path scripts, Map<String, String> settings) throws IOException {
        return spawn(program.ofJar("start"), database, scripts, "data", settings);
    }

    /**
     * Spawns one of several; returns at once.
     *
     * @param command that starts it
     * @param name of its data folder
     */
    public static RuntimeProcess spawn(
            List<String> command, BenchDatabase database, Path scripts, String name, Map<String, String> settings)
            throws IOException {
        Path data = database.folder().resolve(name);
        Path log = database.folder().resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment(database, scripts));
        builder.environment().put("TURING_DATA", data.toString());
        builder.environment().putAll(settings);
        long spawnedAt = WallClock.micros();
        return new RuntimeProcess(builder.start(), data, log, spawnedAt);
    }

    /** The environment of a command that is to find the same runtime. */
    public static Map<String, String> environment(BenchDatabase database, Path scripts) {
        Map<String, String> environment = new HashMap<>(database.environment());
        environment.put("TURING_DATA", database.folder().resolve("data").toString());
        environment.put("TURING_SCRIPTS", scripts.toString());
        environment.put("TURING_HTTP_PORT", "0");
        return environment;
    }

    /** Right before the process was spawned, in µs since 1970. */
    public long spawnedAt() {
        return spawnedAt;
    }

    /** The process, whose children are what it started. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits until the command line would find it. */
    public void awaitAnnounced() throws IOException {
        Waiting.until(LONGEST_START, "the runtime's announcement", () -> {
            requireAlive();
            return DataFolder.findRunning(data).isPresent();
        });
    }

    /** Fails with the end of its log if it has ended. */
    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException(
                    "the runtime has ended with exit code " + process.exitValue() + ":\n" + Files.readString(log));
        }
    }

    /** The processor time that it has used so far, without that of its children, in µs. */
    public long processorMicros() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1000;
    }

    /** Ends it in order. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the runtime did not end within " + LONGEST_END + ":\n" + Files.readString(log));
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
