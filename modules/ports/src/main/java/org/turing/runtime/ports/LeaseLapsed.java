package org.turing.runtime.ports;

/**
 * This runtime's lease has lapsed: others may hold its claims by now, so it claims nothing until it has a new identity.
 */
public final class LeaseLapsed extends Exception {
    private static final long serialVersionUID = 1L;

    public LeaseLapsed(String message) {
        super(message);
    }
}
