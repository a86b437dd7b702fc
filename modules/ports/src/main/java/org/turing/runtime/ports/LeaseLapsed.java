package org.turing.runtime.ports;

/**
 * The runtime's lease has lapsed, or it drains or has ended: nothing is claimed for it. After a lapse others may hold
 * its claims by now; it needs a new identity.
 */
public final class LeaseLapsed extends Exception {
    private static final long serialVersionUID = 1L;

    public LeaseLapsed(String message) {
        super(message);
    }
}
