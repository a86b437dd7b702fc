package org.turing.runtime.actors.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.DeleteEventsFailed;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.SnapshotFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.turing.runtime.actors.gate.GateHolders.Life;
import org.turing.runtime.actors.gate.ModelGate.Command;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.domain.gate.GateCommand;
import org.turing.runtime.domain.gate.GateDecisions;
import org.turing.runtime.domain.gate.GateEvent;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;
import org.turing.runtime.domain.gate.Offer;

/**
 * A gate at work: carries messages in to the decisions, the events into the journal, and then out to whom they concern.
 * What it knows beside the decided state (where holders hear of it, which hosts there are) it is told again after a
 * failure. Those who waited before one ask again, too.
 */
final class JournalledGate extends EventSourcedBehavior<Command, GateEvent, GateState> {

    /** Another incarnation has begun elsewhere: this one begins again, after it. */
    static final class Replaced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Replaced(String message) {
            super(message);
        }
    }

    /** How often it looks who is silent and which quarantined lanes are clear. */
    static final Duration CHECK_EVERY = Duration.ofSeconds(2);

    /** How often it says that it is there, to a registry that has begun anew and may not know of it. */
    static final Duration ANNOUNCE_EVERY = Duration.ofSeconds(30);

    private static final int HEAD = 60;
    private static final int TAIL = 240;
    private static final int SNAPSHOT_EVERY = 500;
    private static final int SNAPSHOTS_KEPT = 2;

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final String model;
    private final long epoch;
    private final ModelGate.Surroundings around;
    private final GateHolders holders = new GateHolders();
    private final LaneWatch lanes;
    private final GateOffers offers;
    /**
     * Requests that wait for the answers of those whose idle slots they need: they are written down together with
     * these. Who waits is forgotten when a gate starts again, and so are they.
     */
    private final List<GateCommand> requests = new ArrayList<>();

    private boolean begun;
    private long granted;
    private Duration busy = Duration.ZERO;

    JournalledGate(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            String model,
            long epoch,
            int slots,
            ModelGate.Surroundings around) {
        super(
                PersistenceId.of("ModelGate", model),
                SupervisorStrategy.restartWithBackoff(ModelGate.AGAIN, ModelGate.AGAIN_AT_MOST, ModelGate.JITTER)
                        .withLoggingEnabled(false));
        this.context = context;
        this.timers = timers;
        this.model = model;
        this.epoch = epoch;
        this.around = around;
        this.offers = new GateOffers(model);
        this.offers.slots(slots);
        this.lanes = new LaneWatch(context, around.ended());
        around.hosts()
                .tell(new HostDirectory.Subscribe(context.messageAdapter(Hosts.class, ModelGate.HostsChanged::new)));
    }

    @Override
    public GateState emptyState() {
        return GateState.open(model, List.of(), around.quantum());
    }

    @Override
    public EventHandler<GateState, GateEvent> eventHandler() {
        return GateDecisions::apply;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, SNAPSHOTS_KEPT).withDeleteEventsOnSnapshot();
    }

    @Override
    public CommandHandler<Command, GateEvent, GateState> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(ModelGate.RequestSlots.class, this::onRequest)
                .onCommand(ModelGate.Renew.class, this::onRenew)
                .onCommand(
                        ModelGate.Withdraw.class,
                        (state, m) -> decide(state, new GateCommand.Withdraw(m.holder(), now())))
                .onCommand(
                        ModelGate.Release.class,
                        (state, m) -> decide(state, new GateCommand.Release(m.leaseId(), now())))
                .onCommand(ModelGate.SlotIdle.class, this::onSlotIdle)
                .onCommand(ModelGate.SlotAtWork.class, this::onSlotAtWork)
                .onCommand(
                        ModelGate.HolderLost.class,
                        (state, m) -> decide(state, new GateCommand.HolderLost(m.holder(), m.incarnation(), now())))
                .onCommand(
                        ModelGate.SlotLost.class,
                        (state, m) -> decide(state, new GateCommand.LeaseLost(m.leaseId(), now())))
                .onCommand(
                        ModelGate.LaneCleared.class,
                        (state, m) -> decide(state, new GateCommand.Cleared(m.leaseId(), now())))
                .onCommand(ModelGate.EpochPassed.class, this::onEpochPassed)
                .onCommand(ModelGate.Configure.class, this::onConfigure)
                .onCommand(ModelGate.HostsChanged.class, this::onHostsChanged)
                .onCommand(
                        ModelGate.Pause.class,
                        (state, m) -> decide(state, List.of(new GateCommand.Pause(now())), this::sayWhyClosed))
                .onCommand(ModelGate.Resume.class, (state, m) -> decide(state, new GateCommand.Resume(now())))
                .onCommand(ModelGate.GetStatus.class, this::onGetStatus)
                .onCommand(ModelGate.Recovered.class, (state, m) -> decide(state, new GateCommand.Tick(now())))
                .onCommand(ModelGate.Tick.class, (state, m) -> decide(state, new GateCommand.Tick(now())))
                .onCommand(ModelGate.WatchDue.class, this::onWatchDue)
                .onCommand(ModelGate.RuntimesEnded.class, this::onRuntimesEnded)
                .onCommand(ModelGate.HandOver.class, (state, m) -> Effect().stop())
                .onCommand(
                        ModelGate.AnnounceDue.class,
                        (state, m) -> Effect().none().thenRun(this::announce))
                .onCommand(ModelGate.EpochRaised.class, (state, m) -> Effect().none())
                .onCommand(ModelGate.RaiseDue.class, (state, m) -> Effect().none())
                .build();
    }

    @Override
    public SignalHandler<GateState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .onSignal(RecoveryFailed.class, (state, failed) -> warn("can't read its journal", failed.getFailure()))
                .onSignal(
                        JournalPersistFailed.class,
                        (state, failed) -> warn("can't write down what it decided", failed.failure()))
                .onSignal(SnapshotFailed.class, (state, failed) -> warn("can't write a snapshot", failed.getFailure()))
                .onSignal(
                        DeleteEventsFailed.class,
                        (state, failed) -> warn("can't delete old events", failed.getFailure()))
                .build();
    }

    private void warn(String what, Throwable failure) {
        String why = String.valueOf(failure.getMessage()).replace('\n', ' ');
        boolean longWinded = why.length() > HEAD + TAIL; // a statement with its values, and the reason behind it
        String shown = longWinded ? why.substring(0, HEAD) + " … " + why.substring(why.length() - TAIL) : why;
        context.getLog().warn("the gate of model '{}' {}: {}", model, what, shown);
    }

    private Instant now() {
        return around.clock().now();
    }

    // ------------------------------------------------------------------ deciding

    private Effect<GateEvent, GateState> decide(GateState state, GateCommand command) {
        return decide(state, List.of(command), now -> {});
    }

    /**
     * Decides, writes down, tells whom it concerns. Who has an idle slot that somebody waits for hears of it at once,
     * and what is no more than a request for it is written down with the answer.
     *
     * @param then what follows once it is written, or at once if nothing has changed
     */
    private Effect<GateEvent, GateState> decide(GateState state, List<GateCommand> commands, Consumer<GateState> then) {
        List<GateEvent> events = new ArrayList<>();
        GateState after = knowingIdle(state);
        for (GateCommand command : Stream.of(forgetWhoWaited(state), requests.stream(), commands.stream())
                .flatMap(each -> each)
                .toList()) {
            for (GateEvent event : GateDecisions.decide(after, command)) {
                after = GateDecisions.apply(after, event);
                events.add(event);
            }
        }
        boolean askedBack = holders.askBack(after.idleAndWanted());
        boolean onlyRequests = !events.isEmpty() && events.stream().allMatch(GateEvent.Queued.class::isInstance);
        if (askedBack && onlyRequests) {
            requests.addAll(commands);
            return Effect().none().thenRun(then::accept);
        }
        requests.clear();
        if (events.isEmpty()) {
            return Effect().none().thenRun(now -> {
                scheduleTick(now);
                then.accept(now);
            });
        }
        return Effect().persist(events).thenRun(now -> {
            happened(events, now);
            scheduleTick(now);
            then.accept(now);
        });
    }

    private GateState knowingIdle(GateState state) {
        return state.withIdle(holders.idle());
    }

    /** Before anything else after a start: a slot granted to one who may not be there any more would lie idle. */
    private Stream<GateCommand> forgetWhoWaited(GateState state) {
        if (begun) {
            return Stream.empty();
        }
        begun = true;
        return state.waiting().stream().map(waiter -> new GateCommand.Withdraw(waiter.holder(), now()));
    }

    private void happened(List<GateEvent> events, GateState state) {
        Map<Life, List<ModelGate.Slot>> grants = new LinkedHashMap<>();
        Set<Life> robbed = new LinkedHashSet<>();
        for (GateEvent event : events) {
            if (event instanceof GateEvent.Granted grant) {
                granted++;
                grants.computeIfAbsent(Life.of(grant.lease()), life -> new ArrayList<>())
                        .add(slot(grant.lease(), state));
            } else if (event instanceof GateEvent.YieldAsked yield) {
                state.lease(yield.leaseId())
                        .ifPresent(lease -> holders.tell(Life.of(lease), new ModelGate.YieldSlot(lease.id())));
            } else if (event instanceof GateEvent.Quarantined lost) {
                state.lease(lost.leaseId()).map(Life::of).ifPresent(robbed::add);
            } else if (event instanceof GateEvent.Released released) {
                busy = busy.plus(released.held());
            }
        }
        grants.forEach((life, slots) -> holders.tell(life, new ModelGate.Granted(model, epoch, slots)));
        robbed.forEach(life -> holders.tell(life, renewed(state, life, 0)));
        if (!robbed.isEmpty()) {
            lanes.look(state, offers.hosts());
        }
    }

    private static ModelGate.Slot slot(Lease lease, GateState state) {
        String host = state.offer(lease.runtime()).map(Offer::host).orElse("");
        return new ModelGate.Slot(lease.id(), lease.runtime(), host, lease.gpu(), lease.quantumEnds());
    }

    private ModelGate.Renewed renewed(GateState state, Life life, long number) {
        List<Lease> own = state.leases().stream().filter(life::owns).toList();
        return new ModelGate.Renewed(
                model,
                epoch,
                number,
                own.stream().map(Lease::id).collect(Collectors.toSet()),
                own.stream().filter(Lease::asked).map(Lease::id).collect(Collectors.toSet()));
    }

    private void scheduleTick(GateState state) {
        timers.cancel("tick");
        knowingIdle(state).nextDeadline().ifPresent(at -> {
            Duration wait = Duration.between(now(), at);
            timers.startSingleTimer(
                    "tick", new ModelGate.Tick(), wait.isNegative() ? Duration.ZERO : wait.plusMillis(1));
        });
    }

    // ------------------------------------------------------------------ its holders

    private Effect<GateEvent, GateState> onRequest(GateState state, ModelGate.RequestSlots request) {
        Life life = holders.heard(request.holder(), request.incarnation(), request.name(), request.replyTo());
        GateCommand command = new GateCommand.Request(
                request.holder(),
                request.incarnation(),
                request.wanted(),
                request.priority(),
                request.runtimes(),
                now());
        List<GateCommand> commands =
                Stream.concat(formerLives(state, life), Stream.of(command)).toList();
        return decide(state, commands, now -> sayWhyClosed(now, life));
    }

    private Effect<GateEvent, GateState> onRenew(GateState state, ModelGate.Renew renew) {
        Life life = holders.heard(renew.holder(), renew.incarnation(), renew.name(), renew.replyTo());
        Set<Long> missing = state.leases().stream()
                .filter(lease -> life.owns(lease) && !renew.leases().contains(lease.id()))
                .map(Lease::id)
                .collect(Collectors.toSet());
        List<GateCommand> commands = new ArrayList<>(formerLives(state, life).toList());
        holders.lostOnTheWay(life, missing).forEach(lease -> commands.add(new GateCommand.LeaseLost(lease, now())));
        // Slots that are on their way to it are among those that it says it waits for.
        commands.add(new GateCommand.Request(
                renew.holder(),
                renew.incarnation(),
                renew.wanted() - missing.size(),
                renew.priority(),
                renew.runtimes(),
                now()));
        return decide(state, commands, now -> {
            holders.tell(life, renewed(now, life, renew.number()));
            sayWhyClosed(now, life);
        });
    }

    private Effect<GateEvent, GateState> onSlotIdle(GateState state, ModelGate.SlotIdle slot) {
        holders.idle(slot.leaseId());
        return decide(state, new GateCommand.Tick(now()));
    }

    /** It was reckoned with for others: they may need another one now. */
    private Effect<GateEvent, GateState> onSlotAtWork(GateState state, ModelGate.SlotAtWork slot) {
        holders.atWork(slot.leaseId());
        return decide(state, new GateCommand.Tick(now()));
    }

    /** A holder lives once: who speaks now has taken the place of any other that holds slots in its name. */
    private Stream<GateCommand> formerLives(GateState state, Life life) {
        return state.leasesOf(life.holder()).stream()
                .filter(lease -> !lease.quarantined() && !life.owns(lease))
                .map(Lease::incarnation)
                .distinct()
                .map(incarnation -> new GateCommand.HolderLost(life.holder(), incarnation, now()));
    }

    private void sayWhyClosed(GateState state) {
        state.waiting().forEach(waiter -> sayWhyClosed(state, new Life(waiter.holder(), waiter.incarnation())));
    }

    private void sayWhyClosed(GateState state, Life life) {
        String closed = offers.whyClosed(state);
        if (closed != null && state.waiter(life.holder()).isPresent()) {
            holders.tell(life, new ModelGate.Closed(closed));
        }
    }

    // ------------------------------------------------------------------ what hosts offer

    private Effect<GateEvent, GateState> onConfigure(GateState state, ModelGate.Configure configure) {
        offers.slots(configure.slots());
        announce(state);
        return decide(state, configured(state), this::sayWhyClosed);
    }

    private void announce(GateState state) {
        around.registry().accept(new ModelGate.Present(model, context.getSelf(), true));
    }

    private Effect<GateEvent, GateState> onHostsChanged(GateState state, ModelGate.HostsChanged changed) {
        offers.hosts(changed.hosts());
        lanes.meet(changed.hosts());
        return decide(state, configured(state), this::sayWhyClosed);
    }

    private List<GateCommand> configured(GateState state) {
        List<Offer> now = offers.now(state);
        return now == null ? List.of() : List.of(new GateCommand.Configure(now, around.quantum(), now()));
    }

    // ------------------------------------------------------------------ keeping watch

    private void onRecovered(GateState state) {
        begun = false;
        requests.clear();
        offers.recovered(state);
        if (!state.leases().isEmpty()) {
            context.getLog()
                    .info(
                            "the gate of model '{}' goes on with {} slot(s) out",
                            model,
                            state.leases().size());
        }
        timers.startTimerWithFixedDelay("watch", new ModelGate.WatchDue(), CHECK_EVERY);
        timers.startTimerWithFixedDelay("announce", new ModelGate.AnnounceDue(), ANNOUNCE_EVERY);
        context.getSelf().tell(new ModelGate.Recovered());
    }

    private Effect<GateEvent, GateState> onWatchDue(GateState state, ModelGate.WatchDue due) {
        boolean settled = offers.settled();
        List<GateCommand> commands = new ArrayList<>();
        for (Life life : holders.lost(state)) {
            context.getLog()
                    .warn(
                            "the gate of model '{}' has not heard of {} for {} s: what it has there is quarantined",
                            model,
                            holders.name(life.holder()),
                            ModelGate.SILENCE.toSeconds());
            commands.add(new GateCommand.HolderLost(life.holder(), life.incarnation(), now()));
        }
        if (settled) {
            commands.addAll(configured(state));
        }
        return decide(state, commands, now -> lanes.look(now, offers.hosts()));
    }

    private Effect<GateEvent, GateState> onRuntimesEnded(GateState state, ModelGate.RuntimesEnded answer) {
        lanes.answered();
        if (answer.failure() != null) {
            context.getLog().debug("which runtimes have ended can't be asked now", answer.failure());
        }
        List<GateCommand> commands = state.leases().stream()
                .filter(lease -> lease.quarantined() && answer.runtimes().contains(lease.runtime()))
                .<GateCommand>map(lease -> new GateCommand.Cleared(lease.id(), now()))
                .toList();
        return decide(state, commands, now -> {});
    }

    private Effect<GateEvent, GateState> onEpochPassed(GateState state, ModelGate.EpochPassed passed) {
        if (passed.epoch() < epoch) {
            return Effect().none();
        }
        String replaced = "the gate of model '" + model + "' (epoch " + epoch
                + ") was replaced by a later one without its knowledge; it starts again";
        context.getLog().warn("{}", replaced);
        throw new Replaced(replaced);
    }

    // ------------------------------------------------------------------ status

    private Effect<GateEvent, GateState> onGetStatus(GateState state, ModelGate.GetStatus request) {
        request.replyTo()
                .tell(new GateView(knowingIdle(state), holders::name, now(), around.node())
                        .status(offers.standing(state), granted, busy));
        return Effect().none();
    }
}
