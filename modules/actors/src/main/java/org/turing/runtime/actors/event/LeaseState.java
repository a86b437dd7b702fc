package org.turing.runtime.actors.event;

/** Whether this runtime may hold claims now. */
public sealed interface LeaseState {
    /**
     * The lease is held.
     *
     * @param runtimeId this runtime's identity in the ledger
     */
    record Held(long runtimeId) implements LeaseState {}

    /**
     * The lease lapsed or is about to: what was claimed under it is given up.
     *
     * @param reason why, for people
     */
    record Lost(String reason) implements LeaseState {}
}
