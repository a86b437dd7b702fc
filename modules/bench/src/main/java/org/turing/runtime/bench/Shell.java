package org.turing.runtime.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs a command to its end. */
public final class Shell {
    private Shell() {}

    /**
     * Runs it and returns how long that took, in µs.
     *
     * @throws IOException with what it printed if it does not end well
     */
    public static long run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        long since = System.nanoTime();
        output(command, environment);
        return (System.nanoTime() - since) / 1000;
    }

    /**
     * Runs it and returns what it printed.
     *
     * @throws IOException with what it printed if it does not end well
     */
    public static String output(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        if (exitCode != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exitCode + ":\n" + printed);
        }
        return printed;
    }
}
