package org.turing.runtime.campaign;

import java.time.Duration;

/**
 * One strike of a plan.
 *
 * @param kind what happens
 * @param pause how long to wait before it
 * @param runtime which runtime it strikes, from 0; for kinds that strike the database without meaning
 * @param length how long it lasts: until a killed runtime is started again, a frozen one continued, a database started
 * @param early whether a runtime is struck as soon as its process exists, rather than once it works
 * @param choice picks among what is there at that moment, a script to kill, say
 */
record Fault(FaultKind kind, Duration pause, int runtime, Duration length, boolean early, int choice) {

    /** In one line, for the log. */
    String describe() {
        return kind + (early ? " (early)" : "") + " of runtime " + runtime + " after " + pause.toMillis() + " ms for "
                + length.toMillis() + " ms";
    }
}
