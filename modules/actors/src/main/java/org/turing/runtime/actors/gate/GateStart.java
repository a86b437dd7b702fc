package org.turing.runtime.actors.gate;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.turing.runtime.actors.gate.ModelGate.Command;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.ports.view.GateStatus;

/**
 * A gate before it reads its journal: takes a new epoch first. What an earlier incarnation, perhaps still alive
 * elsewhere, granted afterwards is of no use to anybody, and all that was used is in the journal by then.
 */
final class GateStart extends AbstractBehavior<Command> {

    /** Messages kept meanwhile. Holders say again what is dropped beyond that. */
    static final int STASHED = 10_000;

    /** How long to wait before the database is asked again that could not serve. */
    private static final Duration WEATHER_PAUSE = Duration.ofSeconds(1);

    private final UUID attempt = UUID.randomUUID();
    private final StashBuffer<Command> stash;
    private final TimerScheduler<Command> timers;
    private final String model;
    private final ModelGate.Surroundings around;
    private boolean told;

    GateStart(
            ActorContext<Command> context,
            StashBuffer<Command> stash,
            TimerScheduler<Command> timers,
            String model,
            ModelGate.Surroundings around) {
        super(context);
        context.setLoggerName(ModelGate.class);
        this.stash = stash;
        this.timers = timers;
        this.model = model;
        this.around = around;
        raise();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(ModelGate.EpochRaised.class, this::onRaised)
                .onMessage(ModelGate.RaiseDue.class, m -> raise())
                .onMessage(ModelGate.GetStatus.class, this::onGetStatus)
                .onAnyMessage(this::keep)
                .build();
    }

    private Behavior<Command> raise() {
        getContext()
                .pipeToSelf(
                        Blocking.database(getContext().getSystem())
                                .call(() -> around.epochs().raise(model)),
                        (epoch, failure) -> new ModelGate.EpochRaised(attempt, failure == null ? epoch : 0, failure));
        return this;
    }

    private Behavior<Command> onRaised(ModelGate.EpochRaised raised) {
        if (!raised.attempt().equals(attempt)) {
            return this;
        }
        if (raised.failure() != null) {
            if (!told) {
                getContext()
                        .getLog()
                        .warn(
                                "the gate of model '{}' can't start yet: {}",
                                model,
                                raised.failure().getMessage());
                told = true;
            }
            timers.startSingleTimer("raise", new ModelGate.RaiseDue(), WEATHER_PAUSE);
            return this;
        }
        return stash.unstashAll(new JournalledGate(getContext(), timers, model, raised.epoch(), around));
    }

    private Behavior<Command> onGetStatus(ModelGate.GetStatus request) {
        request.replyTo().tell(new GateStatus(model, 0, "starting", 0, List.of(), List.of(), 0, 0, null));
        return this;
    }

    private Behavior<Command> keep(Command message) {
        if (!stash.isFull()) {
            stash.stash(message);
        }
        return this;
    }
}
