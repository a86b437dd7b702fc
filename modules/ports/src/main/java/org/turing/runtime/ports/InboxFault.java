package org.turing.runtime.ports;

/**
 * A task type's inbox can't be read as it is registered: the query does not parse, returns no usable id, runs too long
 * or lacks rights. It stops that task type and nothing else.
 */
public final class InboxFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message the thing, the cause and the next step, for people */
    public InboxFault(String message) {
        super(message);
    }
}
