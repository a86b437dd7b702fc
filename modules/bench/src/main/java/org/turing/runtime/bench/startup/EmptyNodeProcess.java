package org.turing.runtime.bench.startup;

import java.io.BufferedReader;
import java.io.IOException;
import org.turing.runtime.bench.Program;
import org.turing.runtime.bench.WallClock;

/** An {@link EmptyNode} in a process of its own, under the flags of what is measured. */
public final class EmptyNodeProcess implements AutoCloseable {

    private final Process process;
    private final long guardianMicros;
    private final long memberMicros;

    private EmptyNodeProcess(Process process, long guardianMicros, long memberMicros) {
        this.process = process;
        this.guardianMicros = guardianMicros;
        this.memberMicros = memberMicros;
    }

    /** Starts it and returns when it is a member of its cluster of one. */
    public static EmptyNodeProcess start(Program program) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(program.ofClass(EmptyNode.class)).redirectError(ProcessBuilder.Redirect.DISCARD);
        long spawnedAt = WallClock.micros();
        Process process = builder.start();
        BufferedReader said = process.inputReader();
        try {
            return new EmptyNodeProcess(process, next(said) - spawnedAt, next(said) - spawnedAt);
        } catch (IOException failure) {
            process.destroy();
            throw failure;
        }
    }

    private static long next(BufferedReader said) throws IOException {
        String line = said.readLine();
        if (line == null) {
            throw new IOException("the empty node ended before it was up");
        }
        return Long.parseLong(line);
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** When its guardian was up, in µs from its spawning. */
    long guardianMicros() {
        return guardianMicros;
    }

    /** When it was a member, in µs from its spawning. */
    long memberMicros() {
        return memberMicros;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
