package org.turing.runtime.actors.event;

/** Whether this runtime may hold claims now. */
public sealed interface LeaseState {
    /**
     * The lease is held, under a new identity.
     *
     * @param runtimeId that identity
     */
    record Held(long runtimeId) implements LeaseState {}

    /** The lease lapsed or is about to: what was claimed under it is given up. */
    record Lost() implements LeaseState {}
}
