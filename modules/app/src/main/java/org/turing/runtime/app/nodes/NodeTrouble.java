package org.turing.runtime.app.nodes;

/** A node could not be started, or ended early; the message tells which and why. */
public final class NodeTrouble extends Exception {
    private static final long serialVersionUID = 1L;

    NodeTrouble(String message) {
        super(message);
    }

    NodeTrouble(String message, Throwable cause) {
        super(message, cause);
    }
}
