package org.turing.runtime.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that is told what to do by lines on its standard input, and says by lines on its output what it has done.
 */
public final class TalkingProcess implements AutoCloseable {

    private static final Duration LONGEST_END = Duration.ofMinutes(1);
    private static final int SHOWN_OF_LOG = 4000;

    /** Stands behind the last line. No process says it, since its lines have no line break in them. */
    private static final String SILENCE = "\n";

    private final Process process;
    private final Path log;
    private final Writer tell;
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

    private TalkingProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.tell = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    }

    /**
     * Spawns it and returns at once.
     *
     * @param environment beyond this process's own
     * @param log where its standard error goes
     */
    public static TalkingProcess spawn(List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        TalkingProcess talking = new TalkingProcess(builder.start(), log);
        Thread listener = new Thread(talking::listen, "output of " + log.getFileName());
        listener.setDaemon(true);
        listener.start();
        return talking;
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(said::add);
        } catch (IOException | UncheckedIOException ended) {
            said.add("could not be read: " + ended.getMessage());
        } finally {
            said.add(SILENCE);
        }
    }

    public void tell(String line) throws IOException {
        tell.write(line + "\n");
        tell.flush();
    }

    /**
     * Waits for the line that begins with this word, and passes over others.
     *
     * @return the rest of that line
     * @throws IOException with the end of its log if the line does not come within the limit
     */
    public String await(String word, Duration limit) throws IOException, InterruptedException {
        long since = System.nanoTime();
        while (true) {
            String line = said.poll(limit.toNanos() - (System.nanoTime() - since), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IOException("it did not say '" + word + "' within " + limit.toSeconds() + " s" + endOfLog());
            }
            if (line.equals(SILENCE)) {
                throw new IOException("it ended before it said '" + word + "'" + endOfLog());
            }
            if (line.equals(word) || line.startsWith(word + " ")) {
                return line.substring(word.length()).strip();
            }
        }
    }

    /** Fails with the end of its log if it has ended. */
    public void requireAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("it has ended with exit code " + process.exitValue() + endOfLog());
        }
    }

    private String endOfLog() throws IOException {
        String text = Files.readString(log);
        return text.isBlank() ? "" : ":\n" + text.substring(Math.max(0, text.length() - SHOWN_OF_LOG));
    }

    /** Lets it end by itself, as it does when there are no more lines, and ends it where it does not. */
    @Override
    public void close() throws IOException {
        try {
            tell.close();
            if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("it did not end within " + LONGEST_END.toSeconds() + " s" + endOfLog());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
