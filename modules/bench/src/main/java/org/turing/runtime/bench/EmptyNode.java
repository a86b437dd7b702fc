package org.turing.runtime.bench;

import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A Pekko node that does nothing: it prints the time at which its guardian was up, and waits for its end. */
public final class EmptyNode {
    private EmptyNode() {}

    public static void main(String[] arguments) {
        ActorSystem.create(
                Behaviors.setup(context -> {
                    System.out.println(WallClock.micros());
                    return Behaviors.empty();
                }),
                "empty");
    }
}
