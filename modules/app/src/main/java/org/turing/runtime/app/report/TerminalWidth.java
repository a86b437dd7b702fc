package org.turing.runtime.app.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** How wide reports may be. */
public final class TerminalWidth {

    private static final int NO_LIMIT = 10_000;

    private TerminalWidth() {}

    /**
     * The columns of the terminal that standard output goes to; ten thousand where it goes elsewhere, so that what a
     * script reads is never shortened. Java can't tell whether standard output alone is a terminal, a shell can.
     */
    public static int columns() {
        try {
            Process asked = new ProcessBuilder("sh", "-c", "test -t 1 && stty size </dev/tty >&2")
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String answer = new String(asked.getErrorStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (asked.waitFor(1, TimeUnit.SECONDS) && asked.exitValue() == 0) {
                int columns = Integer.parseInt(answer.strip().split(" ")[1]);
                return columns > 0 ? columns : NO_LIMIT;
            }
            return NO_LIMIT;
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException noTerminal) {
            return NO_LIMIT;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return NO_LIMIT;
        }
    }
}
