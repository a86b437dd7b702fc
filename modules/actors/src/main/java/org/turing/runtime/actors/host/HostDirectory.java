package org.turing.runtime.actors.host;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;

/**
 * Knows the hosts that run scripts: found by the receptionist, each telling by itself what it offers. One on each node;
 * tells those on its node who ask, as soon as it has heard of one and whenever anything changes. The host of its own
 * node is known without the receptionist of a cluster, which tells of it half a second later and more.
 */
public final class HostDirectory extends AbstractBehavior<HostDirectory.Command> {

    /** How often hosts are asked in case what they said was lost on the way. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /** So many identities of the past are remembered. */
    private static final int REMEMBERED = 1_000;

    /** What the directory is told. */
    public sealed interface Command {}

    /** Hears of the hosts from now on, until it ends. */
    public record Subscribe(ActorRef<Hosts> subscriber) implements Command {}

    /** Asks for the hosts of the moment. */
    public record GetHosts(ActorRef<Hosts> replyTo) implements Command {}

    private record Unsubscribed(ActorRef<Hosts> subscriber) implements Command {}

    private record AskAgain() implements Command {}

    private record Listed(Receptionist.Listing listing) implements Command {}

    private record Told(Host host) implements Command {}

    private final ActorRef<Host> news;
    private final Set<ActorRef<Hosts>> subscribers = new LinkedHashSet<>();
    private final Map<ActorRef<WorkerHost.Command>, Host> hosts = new LinkedHashMap<>();
    private Set<ActorRef<WorkerHost.Command>> listed = Set.of();
    private Set<ActorRef<WorkerHost.Command>> reachable = Set.of();
    private final @Nullable ActorRef<WorkerHost.Command> own;
    private final Set<Long> past = new LinkedHashSet<>();
    private @Nullable Hosts told;

    /** For a node on which no scripts run. */
    public static Behavior<Command> create() {
        return create(null);
    }

    /** @param own who runs scripts on this node, or null if nobody does */
    public static Behavior<Command> create(@Nullable ActorRef<WorkerHost.Command> own) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new AskAgain(), AGAIN);
            return new HostDirectory(context, own);
        }));
    }

    private HostDirectory(ActorContext<Command> context, @Nullable ActorRef<WorkerHost.Command> own) {
        super(context);
        this.own = own;
        news = context.messageAdapter(Host.class, Told::new);
        if (own != null) {
            listed = Set.of(own);
            reachable = Set.of(own);
            own.tell(new WorkerHost.Follow(news));
        }
        context.getSystem()
                .receptionist()
                .tell(Receptionist.subscribe(
                        WorkerHost.KEY, context.messageAdapter(Receptionist.Listing.class, Listed::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Subscribe.class, this::onSubscribe)
                .onMessage(GetHosts.class, this::onGetHosts)
                .onMessage(Unsubscribed.class, this::onUnsubscribed)
                .onMessage(Listed.class, this::onListed)
                .onMessage(AskAgain.class, m -> onAskAgain())
                .onMessage(Told.class, this::onTold)
                .build();
    }

    private Behavior<Command> onSubscribe(Subscribe request) {
        if (subscribers.add(request.subscriber())) {
            getContext().watchWith(request.subscriber(), new Unsubscribed(request.subscriber()));
        }
        if (told != null) {
            request.subscriber().tell(told);
        }
        return this;
    }

    private Behavior<Command> onGetHosts(GetHosts request) {
        request.replyTo().tell(told == null ? Hosts.NONE : told);
        return this;
    }

    private Behavior<Command> onUnsubscribed(Unsubscribed gone) {
        subscribers.remove(gone.subscriber());
        return this;
    }

    private Behavior<Command> onListed(Listed now) {
        Set<ActorRef<WorkerHost.Command>> before = listed;
        listed = new HashSet<>(now.listing().getAllServiceInstances(WorkerHost.KEY));
        reachable = new HashSet<>(now.listing().getServiceInstances(WorkerHost.KEY));
        if (own != null) {
            listed.add(own);
            reachable.add(own);
        }
        listed.stream()
                .filter(workers -> !before.contains(workers))
                .forEach(workers -> workers.tell(new WorkerHost.Follow(news)));
        hosts.forEach((workers, host) -> {
            if (!listed.contains(workers)) {
                past(host.runtimeId());
            }
        });
        hosts.keySet().retainAll(listed);
        return told == null ? this : tell();
    }

    private Behavior<Command> onAskAgain() {
        reachable.forEach(workers -> workers.tell(new WorkerHost.Follow(news)));
        return told == null ? tell() : this; // after so long there is none
    }

    private Behavior<Command> onTold(Told news) {
        if (listed.contains(news.host().workers())) {
            Host before = hosts.put(news.host().workers(), news.host());
            if (before != null && before.runtimeId() != news.host().runtimeId()) {
                past(before.runtimeId());
            }
        }
        return tell();
    }

    private void past(long runtimeId) {
        past.add(runtimeId);
        if (past.size() > REMEMBERED) {
            past.remove(past.iterator().next());
        }
    }

    private Behavior<Command> tell() {
        Hosts now = new Hosts(some(true), some(false), past);
        if (!now.equals(told)) {
            told = now;
            subscribers.forEach(subscriber -> subscriber.tell(now));
        }
        return this;
    }

    private List<Host> some(boolean whetherReachable) {
        return hosts.values().stream()
                .filter(host -> reachable.contains(host.workers()) == whetherReachable)
                .sorted(Comparator.comparing(Host::name)
                        .thenComparing(host -> host.workers().path().address().toString()))
                .toList();
    }
}
