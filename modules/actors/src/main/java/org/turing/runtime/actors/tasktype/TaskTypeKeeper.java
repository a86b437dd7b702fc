package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Command;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Orders;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/**
 * Keeps the actor of one task type alive: starts it again when it fails, with the orders of the moment, and passes on
 * what it is told. Tells the registry that it is there, now and then also unasked: a registry that has begun anew does
 * not know of task types that the former one wanted.
 */
public final class TaskTypeKeeper extends AbstractBehavior<Command> {

    private static final Duration RESTART_SOON = Duration.ofMillis(200);
    private static final Duration RESTART_LATE = Duration.ofSeconds(30);
    private static final double JITTER = 0.2;

    private static final Duration ANNOUNCE_EVERY = Duration.ofSeconds(30);

    /**
     * What a keeper tells the registry: that it is there.
     *
     * @param taskTypeId whose keeper
     * @param name the task type's name
     * @param keeper where it is
     * @param version of what the registry told it last
     */
    public record Present(long taskTypeId, String name, ActorRef<Command> keeper, long version) {}

    private final long taskTypeId;
    private final Surroundings around;
    private final Consumer<Present> registry;
    private final Consumer<ActorRef<Command>> retired;
    /** Read by the actor when it starts, on whatever thread. */
    private volatile @Nullable Orders orders;

    private @Nullable ActorRef<Command> actor;
    private long version;
    private boolean moving;
    private boolean leaving;

    /**
     * @param registry hears that it is there; must not block
     * @param retired hears that its task type has retired; answers with {@link TaskTypeActor.HandOver}
     */
    static Behavior<Command> create(
            long taskTypeId, Surroundings around, Consumer<Present> registry, Consumer<ActorRef<Command>> retired) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new TaskTypeKeeper(context, timers, taskTypeId, around, registry, retired)));
    }

    private TaskTypeKeeper(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            long taskTypeId,
            Surroundings around,
            Consumer<Present> registry,
            Consumer<ActorRef<Command>> retired) {
        super(context);
        this.taskTypeId = taskTypeId;
        this.around = around;
        this.registry = registry;
        this.retired = retired;
        timers.startTimerWithFixedDelay("announce", new TaskTypeActor.AnnounceDue(), ANNOUNCE_EVERY);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(TaskTypeActor.HandOver.class, this::onHandOver)
                .onMessage(TaskTypeActor.AnnounceDue.class, m -> announce())
                .onMessage(TaskTypeActor.Reconfigure.class, this::onReconfigure)
                .onMessage(TaskTypeActor.Retire.class, this::onRetire)
                .onMessage(Command.class, this::passOn)
                .onSignal(Terminated.class, s -> onTerminated())
                .onSignal(PostStop.class, s -> onStopped())
                .build();
    }

    private Behavior<Command> announce() {
        Orders now = orders;
        if (now != null && !leaving) {
            registry.accept(
                    new Present(taskTypeId, now.taskType().name(), getContext().getSelf(), version));
        }
        return this;
    }

    private Behavior<Command> onReconfigure(TaskTypeActor.Reconfigure now) {
        if (leaving || moving) {
            return this; // the registry tells the next one
        }
        orders = new Orders(now.taskType(), now.paused(), false);
        version = now.version();
        around.breakers().follow(now.taskType());
        if (actor == null) {
            spawn();
        } else {
            passOn(now);
        }
        return announce();
    }

    private void spawn() {
        Behavior<Command> supervised = Behaviors.supervise(TaskTypeActor.create(
                        around,
                        () -> Objects.requireNonNull(orders),
                        around.counts().of(taskTypeId)))
                .onFailure(SupervisorStrategy.restartWithBackoff(RESTART_SOON, RESTART_LATE, JITTER));
        ActorRef<Command> spawned = getContext().spawnAnonymous(supervised);
        getContext().watch(spawned);
        actor = spawned;
    }

    private Behavior<Command> onRetire(TaskTypeActor.Retire order) {
        retire();
        return passOn(order);
    }

    private void retire() {
        Orders now = orders;
        if (now != null) {
            orders = new Orders(now.taskType(), now.paused(), true);
        }
    }

    /** A claim that is on its way is awaited: nobody else would know of it. */
    private Behavior<Command> onHandOver(TaskTypeActor.HandOver order) {
        moving = true;
        retire();
        return actor == null ? Behaviors.stopped() : passOn(order);
    }

    private Behavior<Command> passOn(Command message) {
        ActorRef<Command> to = actor;
        if (to != null) {
            to.tell(message);
        } else if (message instanceof TaskTypeActor.RunByHand request) {
            request.replyTo().tell(RunReport.notRun("the task type starts or ends just now"));
        }
        return this;
    }

    /** It has retired; if it was registered again meanwhile, it begins again. */
    private Behavior<Command> onTerminated() {
        actor = null;
        if (moving) {
            return Behaviors.stopped();
        }
        if (orders != null && !orders.retiring()) {
            spawn();
            return this;
        }
        return leave();
    }

    private Behavior<Command> leave() {
        leaving = true;
        retired.accept(getContext().getSelf());
        return this;
    }

    private Behavior<Command> onStopped() {
        around.breakers().forget(taskTypeId);
        if (!leaving) {
            around.counts().moved(taskTypeId);
        }
        return this;
    }
}
