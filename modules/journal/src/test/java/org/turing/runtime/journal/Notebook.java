package org.turing.runtime.journal;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/** Notes numbers, each once and in order: its state is all that it noted, so nothing can be missed unseen. */
final class Notebook extends EventSourcedBehavior<Notebook.Command, String, String> {

    static final int SNAPSHOT_EVERY = 20;

    sealed interface Command {}

    /** Notes the number unless it is noted; answers with all that is noted once that is safe. */
    record Note(int number, ActorRef<String> replyTo) implements Command {}

    record Read(ActorRef<String> replyTo) implements Command {}

    private final AtomicInteger recoveries;

    private Notebook(String id, AtomicInteger recoveries) {
        super(
                PersistenceId.of("Notebook", id),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(100), Duration.ofSeconds(1), 0.1));
        this.recoveries = recoveries;
    }

    /** @param recoveries counts how often an incarnation of it has read what it noted */
    static Behavior<Command> create(String id, AtomicInteger recoveries) {
        return new Notebook(id, recoveries);
    }

    @Override
    public String emptyState() {
        return "";
    }

    @Override
    public CommandHandler<Command, String, String> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Read.class, (noted, read) -> Effect().reply(read.replyTo(), noted))
                .onCommand(
                        Note.class,
                        (noted, note) -> (noted + " ").contains(" " + note.number() + " ")
                                ? Effect().reply(note.replyTo(), noted)
                                : Effect()
                                        .persist(Integer.toString(note.number()))
                                        .thenReply(note.replyTo(), all -> all))
                .build();
    }

    @Override
    public EventHandler<String, String> eventHandler() {
        return newEventHandlerBuilder().forAnyState().onAnyEvent((noted, number) -> noted + " " + number);
    }

    @Override
    public SignalHandler<String> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), noted -> recoveries.incrementAndGet())
                .build();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1).withDeleteEventsOnSnapshot();
    }
}
