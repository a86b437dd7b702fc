package org.turing.runtime.bench.journal;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/** Remembers each text that it is told as one event, and then answers. */
final class Rememberer extends EventSourcedBehavior<Rememberer.Remember, String, Integer> {

    record Remember(String text, ActorRef<String> replyTo) {}

    private Rememberer() {
        super(PersistenceId.ofUniqueId("bench"));
    }

    static Behavior<Remember> create() {
        return new Rememberer();
    }

    @Override
    public Integer emptyState() {
        return 0;
    }

    @Override
    public CommandHandler<Remember, String, Integer> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onAnyCommand(told -> Effect().persist(told.text()).thenReply(told.replyTo(), count -> told.text()));
    }

    @Override
    public EventHandler<Integer, String> eventHandler() {
        return newEventHandlerBuilder().forAnyState().onAnyEvent((count, text) -> count + 1);
    }
}
