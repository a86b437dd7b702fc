package org.turing.runtime.scripts;

import java.util.List;
import java.util.Map;

/**
 * What to start.
 *
 * @param command the program, by absolute path, and its arguments
 * @param environment variables beside those that every child gets
 */
record Launch(List<String> command, Map<String, String> environment) {
    Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
        return String.join(" ", command); // the environment may hold a password
    }
}
