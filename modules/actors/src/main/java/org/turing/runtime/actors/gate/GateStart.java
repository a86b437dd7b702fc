package org.turing.runtime.actors.gate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.gate.ModelGate.Command;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.Whereabouts;

/**
 * A gate before it reads its journal. It waits until the registry says how many slots there are: holders may start a
 * gate by their questions where another cluster works on the schema. Then it takes a new epoch. What an earlier
 * incarnation, perhaps still alive elsewhere, granted afterwards is of no use to anybody, and all that was used is in
 * the journal by then.
 */
final class GateStart extends AbstractBehavior<Command> {

    /** Messages kept meanwhile. Holders say again what is dropped beyond that. */
    static final int STASHED = 10_000;

    /** How long to wait before the database is asked again that could not serve. */
    private static final Duration WEATHER_PAUSE = Duration.ofSeconds(1);

    /** How often the registry is told of this gate until it has answered. */
    private static final Duration ANNOUNCE_EVERY = Duration.ofSeconds(2);

    private final UUID attempt = UUID.randomUUID();
    private final StashBuffer<Command> stash;
    private final TimerScheduler<Command> timers;
    private final String model;
    private final ModelGate.Surroundings around;
    private @Nullable Integer slots;
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
        timers.startTimerWithFixedDelay("announce", new ModelGate.AnnounceDue(), ANNOUNCE_EVERY);
        announce();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(ModelGate.AnnounceDue.class, m -> announce())
                .onMessage(ModelGate.Configure.class, this::onConfigure)
                .onMessage(ModelGate.EpochRaised.class, this::onRaised)
                .onMessage(ModelGate.RaiseDue.class, m -> raise())
                .onMessage(ModelGate.HandOver.class, m -> Behaviors.stopped())
                .onMessage(ModelGate.GetStatus.class, this::onGetStatus)
                .onAnyMessage(this::keep)
                .build();
    }

    private Behavior<Command> announce() {
        around.registry().accept(new ModelGate.Present(model, getContext().getSelf(), slots != null));
        return this;
    }

    private Behavior<Command> onConfigure(ModelGate.Configure configure) {
        boolean first = slots == null;
        slots = configure.slots();
        announce();
        if (first) {
            timers.cancel("announce");
            raise();
        }
        return this;
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
        int each = Objects.requireNonNull(slots);
        return stash.unstashAll(new JournalledGate(getContext(), timers, model, raised.epoch(), each, around));
    }

    private Behavior<Command> onGetStatus(ModelGate.GetStatus request) {
        request.replyTo()
                .tell(new GateStatus(
                        model,
                        0,
                        "starting",
                        0,
                        List.of(),
                        List.of(),
                        0,
                        0,
                        null,
                        new Whereabouts(around.node(), Map.of())));
        return this;
    }

    private Behavior<Command> keep(Command message) {
        if (!stash.isFull()) {
            stash.stash(message);
        }
        return this;
    }
}
