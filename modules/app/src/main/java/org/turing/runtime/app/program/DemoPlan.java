package org.turing.runtime.app.program;

import java.util.List;

/**
 * How the demo is run on several nodes.
 *
 * @param nodes how many, 2 to 8
 * @param terms how many terms, from the first of the list on
 * @param kill whether one of the nodes is killed while it works, and started again
 * @param arguments of the command line that nodes get too; no secrets
 */
public record DemoPlan(int nodes, int terms, boolean kill, List<String> arguments) {
    public DemoPlan {
        arguments = List.copyOf(arguments);
    }
}
