package org.turing.runtime.actors.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.gate.GateCommand;
import org.turing.runtime.domain.gate.GateDecisions;
import org.turing.runtime.domain.gate.GateEvent;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;
import org.turing.runtime.domain.gate.Offer;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.view.GateStatus;

/**
 * The gate of one model: hands out its slots. Every decision is made by {@link GateDecisions}; this actor carries
 * messages in and events out, and asks the worker host about the lanes of holders that failed. A slot whose holder is
 * gone is free again only when its lane is seen clear.
 */
public final class ModelGate extends AbstractBehavior<ModelGate.Command> {

    /** What a gate is asked. */
    public sealed interface Command {}

    /**
     * Asks for slots beyond those held; replaces an earlier request of the same holder.
     *
     * @param holder the task type's id
     * @param name its name, for status
     * @param incarnation the life of the task-type actor: a new one after a failure
     * @param wanted how many slots
     * @param priority larger goes first
     * @param runtimes the runtimes on whose hosts it can use slots; empty: on any
     * @param replyTo hears of grants
     */
    public record RequestSlots(
            long holder,
            String name,
            UUID incarnation,
            int wanted,
            int priority,
            Set<Long> runtimes,
            ActorRef<Reply> replyTo)
            implements Command {}

    /** No longer waits for slots. */
    public record Withdraw(long holder) implements Command {}

    /** A slot's lane is clear and its holder gives it back. */
    public record Release(long leaseId) implements Command {}

    /** That life of a task-type actor is over: its slots come back once their lanes are clear. */
    public record HolderLost(long holder, UUID incarnation) implements Command {}

    /** Its holder says that the host of a slot went away: the slot comes back once its lane is clear. */
    public record SlotLost(long leaseId) implements Command {}

    /** The lane of a slot whose holder or host was lost is clear. */
    public record LaneCleared(long leaseId) implements Command {}

    /** The registry says how many slots each host has that may serve the model. */
    public record Configure(int slots) implements Command {}

    /** Grants nothing until resumed. */
    public record Pause() implements Command {}

    /** Undoes {@link Pause}. */
    public record Resume() implements Command {}

    /** Asks where the gate stands. */
    public record GetStatus(ActorRef<GateStatus> replyTo) implements Command {}

    private record Tick() implements Command {}

    private record HostsChanged(Hosts hosts) implements Command {}

    /** What a gate says to those who asked it. */
    public sealed interface Reply {}

    /**
     * Slots to use from now on.
     *
     * @param gate where to release them
     * @param model the gate's model
     * @param epoch which incarnation of the gate grants them; claims made under them carry it
     */
    public record Granted(ActorRef<Command> gate, String model, long epoch, List<Slot> slots) implements Reply {}

    /** Others wait and this slot's quantum is over: start nothing more on it and release it. */
    public record YieldSlot(long leaseId) implements Reply {}

    /**
     * What the gate knows of the holder's leases: whatever else it believes to hold at this gate is not its own any
     * more, and nothing may be started on it.
     *
     * @param gate who says so
     * @param epoch which incarnation of the gate says so
     * @param leases the leases that are still its own, also those that it was asked to yield
     */
    public record Renewed(ActorRef<Command> gate, long epoch, Set<Long> leases) implements Reply {}

    /** The gate grants nothing for now; the request stands. */
    public record Closed(String reason) implements Reply {}

    /**
     * A leased lane.
     *
     * @param leaseId to release it by
     * @param runtime the runtime on whose host the lane is
     * @param host that host's name
     * @param quantumEnds until when nobody will ask it back
     */
    public record Slot(long leaseId, long runtime, String host, Instant quantumEnds) {}

    /** A gate in memory has no earlier incarnation. */
    private static final long EPOCH = 0;

    private final DatabaseClock clock;
    private final TimerScheduler<Command> timers;
    private final Map<Long, RequestSlots> latestRequests = new HashMap<>();
    private GateState state;
    private Hosts hosts = Hosts.NONE;
    private boolean hostsKnown;
    private @Nullable Integer slots;
    private long granted;
    private Duration busy = Duration.ZERO;

    /**
     * @param model the model
     * @param quantum how long a holder keeps a slot while others wait
     */
    public static Behavior<Command> create(
            String model, Duration quantum, DatabaseClock clock, ActorRef<HostDirectory.Command> directory) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new ModelGate(context, timers, GateState.open(model, List.of(), quantum), clock, directory)));
    }

    private ModelGate(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            GateState state,
            DatabaseClock clock,
            ActorRef<HostDirectory.Command> directory) {
        super(context);
        this.timers = timers;
        this.state = state;
        this.clock = clock;
        directory.tell(new HostDirectory.Subscribe(context.messageAdapter(Hosts.class, HostsChanged::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(RequestSlots.class, this::onRequest)
                .onMessage(Withdraw.class, m -> decide(new GateCommand.Withdraw(m.holder(), clock.now())))
                .onMessage(Release.class, m -> decide(new GateCommand.Release(m.leaseId(), clock.now())))
                .onMessage(
                        HolderLost.class,
                        m -> decide(new GateCommand.HolderLost(m.holder(), m.incarnation(), clock.now())))
                .onMessage(SlotLost.class, m -> decide(new GateCommand.LeaseLost(m.leaseId(), clock.now())))
                .onMessage(LaneCleared.class, m -> decide(new GateCommand.Cleared(m.leaseId(), clock.now())))
                .onMessage(Configure.class, this::onConfigure)
                .onMessage(HostsChanged.class, this::onHostsChanged)
                .onMessage(Pause.class, m -> close(new GateCommand.Pause(clock.now())))
                .onMessage(Resume.class, m -> decide(new GateCommand.Resume(clock.now())))
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(Tick.class, m -> decide(new GateCommand.Tick(clock.now())))
                .build();
    }

    private Behavior<Command> onRequest(RequestSlots request) {
        latestRequests.put(request.holder(), request);
        decide(new GateCommand.Request(
                request.holder(),
                request.incarnation(),
                request.wanted(),
                request.priority(),
                request.runtimes(),
                clock.now()));
        String closed = whyClosed();
        if (closed != null) {
            request.replyTo().tell(new Closed(closed));
        }
        return this;
    }

    private Behavior<Command> onConfigure(Configure configure) {
        slots = configure.slots();
        return offer();
    }

    private Behavior<Command> onHostsChanged(HostsChanged changed) {
        hosts = changed.hosts();
        hostsKnown = true;
        return offer();
    }

    /** A host that can't be reached or drains keeps what is out and gets nothing more. */
    private Behavior<Command> offer() {
        Integer each = slots;
        if (each == null || !hostsKnown) {
            return this;
        }
        List<Offer> offers = hosts.all()
                .filter(host -> host.runtimeId() != 0 && host.serves(state.model()))
                .map(host -> new Offer(host.runtimeId(), host.name(), takesMore(host) ? each : 0, false))
                .toList();
        return close(new GateCommand.Configure(offers, state.quantum(), clock.now()));
    }

    private boolean takesMore(Host host) {
        return host.takesWork() && hosts.reachable().contains(host);
    }

    private Behavior<Command> close(GateCommand command) {
        decide(command);
        String closed = whyClosed();
        if (closed != null) {
            state.waiting().forEach(waiter -> tell(waiter.holder(), new Closed(closed)));
        }
        return this;
    }

    private @Nullable String whyClosed() {
        if (slots != null && slots == 0) {
            return "model '" + state.model()
                    + "' has slots = 0. To open it: UPDATE models SET slots = 1 WHERE model_name = '" + state.model()
                    + "'";
        }
        if (state.blocked() && hosts.reachable().stream().anyMatch(Host::takesWork)) {
            return "no host that takes work now may serve model '" + state.model() + "' (see: turing status)";
        }
        return state.paused() ? "the gate of model '" + state.model() + "' is paused" : null;
    }

    private Behavior<Command> decide(GateCommand command) {
        Map<Long, List<Slot>> grants = new LinkedHashMap<>();
        Set<Long> robbed = new LinkedHashSet<>();
        for (GateEvent event : GateDecisions.decide(state, command)) {
            state = GateDecisions.apply(state, event);
            if (event instanceof GateEvent.Granted grant) {
                granted++;
                Lease lease = grant.lease();
                grants.computeIfAbsent(lease.holder(), h -> new ArrayList<>()).add(slot(lease));
            } else if (event instanceof GateEvent.YieldAsked yield) {
                state.lease(yield.leaseId()).ifPresent(lease -> tell(lease.holder(), new YieldSlot(lease.id())));
            } else if (event instanceof GateEvent.Quarantined lost) {
                state.lease(lost.leaseId()).ifPresent(lease -> {
                    robbed.add(lease.holder());
                    watch(lease);
                });
            } else if (event instanceof GateEvent.Released released) {
                busy = busy.plus(released.held());
            }
        }
        grants.forEach(
                (holder, slots) -> tell(holder, new Granted(getContext().getSelf(), state.model(), EPOCH, slots)));
        robbed.forEach(this::sayWhatIsLeft);
        scheduleTick();
        return this;
    }

    private void watch(Lease lease) {
        hosts.of(lease.runtime())
                .ifPresent(host -> host.workers()
                        .tell(new WorkerHost.ReportWhenClear(
                                state.model(), lease.id(), getContext().getSelf())));
    }

    private Slot slot(Lease lease) {
        String host = state.offer(lease.runtime()).map(Offer::host).orElseThrow();
        return new Slot(lease.id(), lease.runtime(), host, lease.quantumEnds());
    }

    private void sayWhatIsLeft(long holder) {
        RequestSlots request = latestRequests.get(holder);
        if (request != null) {
            Set<Long> leases = state.leasesOf(holder).stream()
                    .filter(lease -> !lease.quarantined() && lease.incarnation().equals(request.incarnation()))
                    .map(Lease::id)
                    .collect(Collectors.toSet());
            request.replyTo().tell(new Renewed(getContext().getSelf(), EPOCH, leases));
        }
    }

    private void tell(long holder, Reply reply) {
        RequestSlots request = latestRequests.get(holder);
        if (request != null) {
            request.replyTo().tell(reply);
        }
    }

    private void scheduleTick() {
        timers.cancel("tick");
        state.nextDeadline().ifPresent(at -> {
            Duration wait = Duration.between(clock.now(), at);
            timers.startSingleTimer("tick", new Tick(), wait.isNegative() ? Duration.ZERO : wait.plusMillis(1));
        });
    }

    private Behavior<Command> onGetStatus(GetStatus request) {
        Instant now = clock.now();
        double held = state.leases().stream()
                .mapToDouble(lease -> seconds(lease.since(), now))
                .sum();
        request.replyTo()
                .tell(new GateStatus(
                        state.model(),
                        state.slots(),
                        standing(),
                        (int) state.leases().stream().filter(Lease::quarantined).count(),
                        holding(now),
                        waiting(now),
                        granted,
                        busy.toMillis() / 1000.0 + held,
                        null));
        return this;
    }

    private String standing() {
        if (slots != null && slots == 0) {
            return "blocked";
        }
        return state.blocked() ? "unserved" : state.paused() ? "paused" : "open";
    }

    private List<GateStatus.Party> holding(Instant now) {
        Map<Long, List<Lease>> byHolder = state.leases().stream()
                .collect(Collectors.groupingBy(Lease::holder, LinkedHashMap::new, Collectors.toList()));
        List<GateStatus.Party> holding = new ArrayList<>();
        byHolder.forEach((holder, leases) -> {
            double longest = leases.stream()
                    .mapToDouble(lease -> seconds(lease.since(), now))
                    .max()
                    .orElse(0);
            holding.add(new GateStatus.Party(name(holder), leases.size(), longest));
        });
        return holding;
    }

    /** One who holds every slot and would take more waits for nothing that anybody could give. */
    private List<GateStatus.Party> waiting(Instant now) {
        return state.waiting().stream()
                .filter(waiter ->
                        state.blocked() || state.leasesOf(waiter.holder()).size() < state.slots())
                .map(waiter ->
                        new GateStatus.Party(name(waiter.holder()), waiter.wanted(), seconds(waiter.since(), now)))
                .toList();
    }

    private String name(long holder) {
        RequestSlots request = latestRequests.get(holder);
        return request != null ? request.name() : "task type " + holder;
    }

    private static double seconds(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }
}
