package org.turing.runtime.ports;

/** The gate that granted the slot is no longer the model's latest one: nothing is claimed under it. */
public final class EpochPassed extends Exception {
    private static final long serialVersionUID = 1L;

    public EpochPassed(String message) {
        super(message);
    }
}
