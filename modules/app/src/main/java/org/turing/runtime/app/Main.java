package org.turing.runtime.app;

import org.turing.runtime.app.command.Surroundings;
import org.turing.runtime.app.command.TuringCommandLine;

/** Where the program starts. */
public final class Main {
    private Main() {}

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new TuringCommandLine(Surroundings.ofProcess()).run(arguments));
    }
}
