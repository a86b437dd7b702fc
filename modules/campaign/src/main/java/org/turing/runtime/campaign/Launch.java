package org.turing.runtime.campaign;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.turing.runtime.bench.Program;

/**
 * How the runtimes of a place are started.
 *
 * @param program the jar, with the flags of its Java
 * @param where what the command line begins with to run somewhere else than here; empty: here
 * @param arguments of the jar
 * @param environment what is added to this process's own
 */
record Launch(Program program, List<String> where, List<String> arguments, Map<String, String> environment) {

    /** The whole command line. */
    List<String> commandLine() throws IOException {
        List<String> line = new ArrayList<>(where);
        line.addAll(program.ofJar(arguments.toArray(String[]::new)));
        return line;
    }
}
