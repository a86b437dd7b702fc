package org.turing.runtime.actors.gate;

/** The gates of all models, wherever in the cluster they live. */
@FunctionalInterface
public interface Gates {

    /** Tells the gate of that model, which is started by that if it does not live. Safe for use by many threads. */
    void tell(String model, ModelGate.Command message);
}
