package org.turing.runtime.app.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Runs commands in this JVM, in surroundings of their own: no settings of the machine reach them. */
final class Shell {

    private final Properties system = new Properties();
    private final List<String> always = new ArrayList<>();

    /** @param home the user's home folder */
    Shell(Path home) {
        system.setProperty("user.home", home.toString());
    }

    /** A shell whose commands get these arguments too. */
    Shell with(String... arguments) {
        always.addAll(List.of(arguments));
        return this;
    }

    record Result(int exitCode, String out, String err) {}

    Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(always);
        Surroundings surroundings =
                new Surroundings(new PrintWriter(out, true), new PrintWriter(err, true), system, Map.of());
        int exitCode = new TuringCommandLine(surroundings).run(all.toArray(String[]::new));
        return new Result(exitCode, out.toString(), err.toString());
    }
}
