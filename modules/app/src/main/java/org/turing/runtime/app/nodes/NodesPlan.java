package org.turing.runtime.app.nodes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the nodes have in common.
 *
 * @param folder where their data folders and logs are made
 * @param nodes how many, 1 to 8
 * @param arguments of {@code turing start}: no secrets, as all users of the machine can read them
 * @param environment what they find in their environment beside this program's own; secrets go here
 * @param drain how long a node may take to finish what runs when it is stopped
 */
public record NodesPlan(
        Path folder, int nodes, List<String> arguments, Map<String, String> environment, Duration drain) {
    public NodesPlan {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
        return "NodesPlan[folder=" + folder + ", nodes=" + nodes + ", arguments=" + arguments + "]";
    }
}
