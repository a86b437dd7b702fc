package org.turing.runtime.actors.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.ports.view.RuntimeControl.Answer;

/**
 * Ends this node when another one asks for it, and all of them when a person does: first nothing more is started on any
 * host, then the nodes leave one after the other, each in order, and the one that was asked comes last.
 */
public final class EveryNode extends AbstractBehavior<EveryNode.Command> {

    /** Where the nodes of a cluster are found. */
    static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "node");

    /** What a node may take beyond the patience with its scripts before the next one is asked to leave. */
    private static final Duration TO_LEAVE = Duration.ofSeconds(30);

    /** What it is asked. */
    public sealed interface Command {}

    /** Another node asks this one to leave. */
    public record Leave(boolean now) implements Command, Wire {}

    /** A person asks all of them to. */
    public record StopAll(boolean now, ActorRef<Answer> replyTo) implements Command {}

    private record Listed(Receptionist.Listing listing) implements Command {}

    private record Known(Hosts hosts) implements Command {}

    private record Gone(ActorRef<Command> node) implements Command {}

    private record TooLong() implements Command {}

    private final TimerScheduler<Command> timers;
    private final ActorRef<HostDirectory.Command> hosts;
    private final Duration patience;
    private final Consumer<Boolean> stop;
    private final Deque<ActorRef<Command>> left = new ArrayDeque<>();
    private @Nullable StopAll request;
    private @Nullable ActorRef<Command> leaving;

    /**
     * @param drainTimeout how long a node waits for its scripts
     * @param stop ends this node in order; true: ends what runs, too
     */
    public static Behavior<Command> create(
            ActorRef<HostDirectory.Command> hosts, Duration drainTimeout, Consumer<Boolean> stop) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new EveryNode(context, timers, hosts, drainTimeout.plus(TO_LEAVE), stop)));
    }

    private EveryNode(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ActorRef<HostDirectory.Command> hosts,
            Duration patience,
            Consumer<Boolean> stop) {
        super(context);
        this.timers = timers;
        this.hosts = hosts;
        this.patience = patience;
        this.stop = stop;
        context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Leave.class, this::onLeave)
                .onMessage(StopAll.class, this::onStopAll)
                .onMessage(Known.class, this::onKnown)
                .onMessage(Listed.class, this::onListed)
                .onMessage(Gone.class, this::onGone)
                .onMessage(TooLong.class, m -> onTooLong())
                .build();
    }

    private Behavior<Command> onLeave(Leave asked) {
        getContext().getLog().info("another node asks this one to leave: all are stopped");
        stop.accept(asked.now());
        return this;
    }

    private Behavior<Command> onStopAll(StopAll asked) {
        request = asked;
        hosts.tell(new HostDirectory.GetHosts(getContext().messageAdapter(Hosts.class, Known::new)));
        return this;
    }

    /** From now on nothing is started anywhere, or it would go from those who leave to those who are left. */
    private Behavior<Command> onKnown(Known known) {
        ActorRef<Answer> nobody = getContext().getSystem().ignoreRef();
        known.hosts().all().forEach(host -> host.workers().tell(new WorkerHost.SetDrained(true, nobody)));
        getContext()
                .getSystem()
                .receptionist()
                .tell(Receptionist.find(KEY, getContext().messageAdapter(Receptionist.Listing.class, Listed::new)));
        return this;
    }

    private Behavior<Command> onListed(Listed now) {
        StopAll asked = request;
        if (asked == null || leaving != null) {
            return this;
        }
        Set<ActorRef<Command>> nodes = now.listing().getServiceInstances(KEY);
        left.clear();
        nodes.stream()
                .filter(node -> !node.equals(getContext().getSelf()))
                .sorted(Comparator.comparing(node -> node.path().address().toString()))
                .forEach(left::addFirst);
        asked.replyTo().tell(new Answer(true, "stopping " + (left.size() + 1) + " node(s), this one last"));
        return next();
    }

    private Behavior<Command> onGone(Gone gone) {
        return gone.node().equals(leaving) ? next() : this;
    }

    private Behavior<Command> onTooLong() {
        getContext().getLog().warn("{} does not leave; the next one is asked", leaving);
        return next();
    }

    private Behavior<Command> next() {
        StopAll asked = request;
        leaving = left.poll();
        if (asked == null || leaving == null) {
            timers.cancel("too long");
            stop.accept(asked != null && asked.now());
            return this;
        }
        getContext().watchWith(leaving, new Gone(leaving));
        leaving.tell(new Leave(asked.now()));
        timers.startSingleTimer("too long", new TooLong(), patience);
        return this;
    }
}
