package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs of the machine that change its file systems and networks. */
final class Commands {

    private Commands() {}

    /**
     * Runs one and waits for its end.
     *
     * @throws IOException with what it said, if it failed or does not exist
     */
    static void run(String... command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + String.join(" ", command), interrupted);
        }
    }
}
