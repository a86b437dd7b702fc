package org.turing.runtime.actors.cluster;

import org.apache.pekko.actor.setup.Setup;
import org.turing.runtime.ports.Arbiter;

/** Hands the arbiter over to the actor system in which the split-brain resolver lives. */
public final class ArbiterSetup extends Setup {

    private final Arbiter arbiter;

    public ArbiterSetup(Arbiter arbiter) {
        this.arbiter = arbiter;
    }

    Arbiter arbiter() {
        return arbiter;
    }
}
