package org.turing.runtime.campaign;

import java.io.IOException;

/** Sends signals by the command {@code kill}, since Java knows two of them only. */
final class Signals {

    static final String KILL = "KILL";
    static final String STOP = "STOP";
    static final String CONTINUE = "CONT";
    static final String INTERRUPT = "INT";
    static final String QUIT = "QUIT";

    private Signals() {}

    /**
     * Sends a signal to one process, by its id.
     *
     * @return whether there was such a process
     */
    static boolean send(String signal, long pid) throws IOException {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return kill.waitFor() == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while SIG" + signal + " was sent to " + pid, interrupted);
        }
    }
}
