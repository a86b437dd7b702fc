package org.turing.runtime.actors.cluster;

/** A node can't listen for the others; the message says where, why, and what to do. */
public final class CannotListen extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotListen(String message, Throwable cause) {
        super(message, cause);
    }
}
