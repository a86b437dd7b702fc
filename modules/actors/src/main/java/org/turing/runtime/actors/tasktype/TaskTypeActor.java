package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.actors.event.Readers;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.domain.pace.ClaimAhead;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.LeaseLapsed;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.ScriptHost.ScriptFault;
import org.turing.runtime.ports.TicketLedger.Standing;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * One task type: looks at its inbox when woken or when a poll is due, asks its gate for slots when it needs a model,
 * claims what is likely to start soon, keeps its lanes busy, and gives back what it does not use.
 *
 * <p>Every handler changes what is known and ends in {@link #proceed()}, which starts whatever can be started now. Runs
 * belong to the worker host and outcomes to the ledger writer: a failure of this actor loses neither. A new life after
 * a failure takes a new incarnation, so that its gate quarantines what the old one held.
 */
public final class TaskTypeActor extends AbstractBehavior<TaskTypeActor.Command> {

    /** How many subjects a look asks for before any slot is held. */
    private static final int PROBE = 32;

    private static final Duration FRESH = Duration.ofMillis(100);
    private static final Duration WEATHER_PAUSE = Duration.ofSeconds(1);
    private static final Duration FAULT_PAUSE = Duration.ofSeconds(10);
    private static final Duration SETTLE_PAUSE = Duration.ofMillis(300);
    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(60);
    private static final Duration COUNT_KEEPS = Duration.ofSeconds(1);
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);
    private static final int SETTLE_GROUP = 256;
    private static final int COUNT_AT_MOST = 10_000;

    /** What a task type is told and asked. */
    public sealed interface Command {}

    /**
     * The registry's row, and the gate of its model.
     *
     * @param gate the gate, or null if it needs no model
     */
    public record Reconfigure(TaskType taskType, @Nullable ActorRef<ModelGate.Command> gate) implements Command {}

    /** Starts nothing more, finishes what runs, and ends. */
    public record Retire() implements Command {}

    /** Starts nothing until resumed; what runs goes on. */
    public record Pause() implements Command {}

    /** Undoes {@link Pause}. */
    public record Resume() implements Command {}

    /** Looks at the inbox now. */
    public record PollNow() implements Command {}

    /** Asks where the task type stands. */
    public record GetStatus(ActorRef<TaskTypeStatus> replyTo) implements Command {}

    /** Runs one subject by hand, in the inbox or not. */
    public record RunByHand(String subjectId, ActorRef<RunReport> replyTo) implements Command {}

    private record Examined(
            @Nullable InboxShape shape,
            @Nullable ScriptFacts facts,
            @Nullable Throwable failure) implements Command {}

    private record Looked(
            long beganAt,
            long wokenAt,
            Inboxes.@Nullable Found found,
            @Nullable Throwable failure) implements Command {}

    private record Claimed(
            long beganAt,
            long wokenAt,
            int taken,
            @Nullable List<Claim> claims,
            @Nullable Throwable failure) implements Command {}

    private record ClaimedByHand(
            String subjectId,
            ActorRef<RunReport> replyTo,
            @Nullable Claim claim,
            @Nullable Throwable failure) implements Command {}

    private record Settled(
            @Nullable Standing standing, @Nullable Throwable failure) implements Command {}

    private record GivenBack(@Nullable Throwable failure, List<Claim> claims) implements Command {}

    private record Counted(long inbox) implements Command {}

    private record GateSaid(ModelGate.Reply reply) implements Command {}

    private record RunSaid(WorkerHost.RunEvent event) implements Command {}

    private record Progressed(Progress progress) implements Command {}

    private record Heard(Noticed noticed) implements Command {}

    private record LeaseChanged(LeaseState state) implements Command {}

    private record PollDue() implements Command {}

    private record RetryDue() implements Command {}

    private record SettleDue() implements Command {}

    private record SweepDue() implements Command {}

    private record ExamineDue() implements Command {}

    private record GiveBackDue(List<Claim> claims) implements Command {}

    private final Surroundings around;
    private final TimerScheduler<Command> timers;
    private final Blocking database;
    private final TaskTypeCounters counters;
    private final UUID incarnation = UUID.randomUUID();
    private final ActorRef<ModelGate.Reply> gateReplies;
    private final ActorRef<WorkerHost.RunEvent> runEvents;
    private final Lanes lanes = new Lanes();
    private final InboxWatch inbox = new InboxWatch();
    private final ClaimQueue claims = new ClaimQueue();
    private final List<ActorRef<TaskTypeStatus>> statusAskers = new ArrayList<>();
    private final List<RunByHand> byHandEarly = new ArrayList<>();

    private TaskType taskType;
    private @Nullable ActorRef<ModelGate.Command> gate;
    private @Nullable InboxShape shape;
    private @Nullable ScriptFacts facts;
    private @Nullable String fault;
    private @Nullable String gateClosed;
    private ClaimAhead ahead;
    private boolean reclaimed;
    private boolean examining;
    private boolean paused;
    private boolean retiring;
    private boolean leaseHeld = true;
    private boolean atGate;
    private boolean claiming;
    private boolean settling;
    private boolean counting;
    private boolean standingStale;
    private int byHandPending;
    private int givingBack;
    private long runs;
    private long unsettled;
    private Standing standing = Standing.NONE;
    private Inboxes.@Nullable Found waitingForSlots;
    private long foundAt;
    private long foundWokenAt;
    private long inboxCount = -1;
    private long countedAt;
    private boolean reportedRest;
    private @Nullable Instant nextRetry;

    /**
     * @param around what all task types share
     * @param registration the registry's row and gate of the moment, read at every start: a life after a failure begins
     *     with the latest ones
     * @param counters where it counts; kept across failures by the one who spawns it
     */
    public static Behavior<Command> create(
            Surroundings around, Supplier<Reconfigure> registration, TaskTypeCounters counters) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new TaskTypeActor(context, timers, around, registration.get(), counters)));
    }

    private TaskTypeActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Surroundings around,
            Reconfigure registration,
            TaskTypeCounters counters) {
        super(context);
        this.timers = timers;
        this.around = around;
        this.taskType = registration.taskType();
        this.gate = registration.gate();
        this.counters = counters;
        this.database = Blocking.database(context.getSystem());
        this.ahead = new ClaimAhead(around.settings().claimAhead());
        this.gateReplies = context.messageAdapter(ModelGate.Reply.class, GateSaid::new);
        this.runEvents = context.messageAdapter(WorkerHost.RunEvent.class, RunSaid::new);
        subscribe(context);
        examine();
    }

    private static void subscribe(ActorContext<Command> context) {
        ActorRef<EventStream.Command> events = context.getSystem().eventStream();
        events.tell(
                new EventStream.Subscribe<>(Progress.class, context.messageAdapter(Progress.class, Progressed::new)));
        events.tell(new EventStream.Subscribe<>(Noticed.class, context.messageAdapter(Noticed.class, Heard::new)));
        events.tell(new EventStream.Subscribe<>(
                LeaseState.class, context.messageAdapter(LeaseState.class, LeaseChanged::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Reconfigure.class, this::onReconfigure)
                .onMessage(Retire.class, this::onRetire)
                .onMessage(Pause.class, m -> onPaused(true))
                .onMessage(Resume.class, m -> onPaused(false))
                .onMessage(PollNow.class, m -> wake(System.nanoTime()))
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(RunByHand.class, this::onRunByHand)
                .onMessage(Examined.class, this::onExamined)
                .onMessage(Looked.class, this::onLooked)
                .onMessage(Claimed.class, this::onClaimed)
                .onMessage(ClaimedByHand.class, this::onClaimedByHand)
                .onMessage(Settled.class, this::onSettled)
                .onMessage(GivenBack.class, this::onGivenBack)
                .onMessage(Counted.class, this::onCounted)
                .onMessage(GateSaid.class, this::onGateSaid)
                .onMessage(RunSaid.class, this::onRunSaid)
                .onMessage(Progressed.class, this::onProgressed)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(LeaseChanged.class, this::onLeaseChanged)
                .onMessage(PollDue.class, m -> wake(0))
                .onMessage(RetryDue.class, m -> onRetryDue())
                .onMessage(SettleDue.class, m -> onSettleDue())
                .onMessage(SweepDue.class, m -> onSweepDue())
                .onMessage(ExamineDue.class, m -> onExamineDue())
                .onMessage(GiveBackDue.class, m -> onGiveBackDue(m.claims()))
                .onSignal(PreRestart.class, s -> onFailing())
                .build();
    }

    // ---------------------------------------------------------------- registration

    private Behavior<Command> onReconfigure(Reconfigure now) {
        retiring = false;
        if (now.taskType().equals(taskType) && Objects.equals(now.gate(), gate)) {
            return proceed();
        }
        giveBack(claims.takeUnstarted());
        leaveGate();
        around.workers().tell(new WorkerHost.RetireWorkers(taskType.id()));
        taskType = now.taskType();
        gate = now.gate();
        gateClosed = null;
        ahead = new ClaimAhead(around.settings().claimAhead());
        inbox.dropReserve();
        inbox.wake(System.nanoTime());
        examine();
        return proceed();
    }

    private void examine() {
        if (examining) {
            timers.startSingleTimer("examine", new ExamineDue(), SETTLE_PAUSE);
            return;
        }
        examining = true;
        shape = null;
        TaskType examined = taskType;
        CompletionStage<Examined> answer =
                reclaimed ? ready(examined) : reclaim().thenCompose(n -> ready(examined));
        getContext()
                .pipeToSelf(answer, (ok, failure) -> failure == null ? ok : new Examined(null, null, unwrap(failure)));
    }

    private CompletionStage<Examined> ready(TaskType examined) {
        return database.call(() -> new Examined(
                around.ports().inboxes().examine(examined),
                around.ports().scripts().examine(examined),
                null));
    }

    /** Gives back what an earlier life of this actor had claimed and not handed to anybody. */
    private CompletionStage<Integer> reclaim() {
        var system = getContext().getSystem();
        CompletionStage<Set<Long>> runningNow = AskPattern.ask(
                around.workers(),
                (ActorRef<Set<Long>> me) -> new WorkerHost.WhatRuns(taskType.id(), me),
                ASK_TIMEOUT,
                system.scheduler());
        return runningNow
                .thenCompose(running -> AskPattern.ask(
                                around.writer(),
                                (ActorRef<Set<Long>> me) -> new LedgerWriter.WhatWaits(taskType.id(), me),
                                ASK_TIMEOUT,
                                system.scheduler())
                        .thenApply(waiting -> {
                            Set<Long> kept = new HashSet<>(running);
                            kept.addAll(waiting);
                            return kept;
                        }))
                .thenCompose(kept -> database.call(() -> around.ports().ledger().giveBackAllBut(taskType.id(), kept)));
    }

    private Behavior<Command> onExamined(Examined examined) {
        examining = false;
        Throwable failure = examined.failure();
        if (failure == null) {
            reclaimed = true;
            shape = examined.shape();
            facts = examined.facts();
            if (fault != null) {
                getContext().getLog().info("task type '{}' is well again", taskType.name());
            }
            fault = null;
            standingStale = true;
            lanes.ungated(taskType.requiresModel() == null ? ungatedLanes() : 0);
            inbox.wake(System.nanoTime());
        } else if (failure instanceof InboxFault || failure instanceof ScriptFault) {
            reclaimed = true;
            faulted(String.valueOf(failure.getMessage()));
        } else if (failure instanceof DatabaseUnavailable) {
            timers.startSingleTimer("examine", new ExamineDue(), WEATHER_PAUSE);
        } else {
            throw unexpected(failure);
        }
        List<RunByHand> early = List.copyOf(byHandEarly);
        byHandEarly.clear();
        early.forEach(this::onRunByHand);
        return proceed();
    }

    private int ungatedLanes() {
        Integer limit = taskType.scaleLimit();
        return limit != null ? limit : around.settings().cores();
    }

    private void faulted(String reason) {
        if (!reason.equals(fault)) {
            getContext().getLog().warn("task type '{}' is faulted: {}", taskType.name(), reason);
        }
        fault = reason;
        shape = null;
        giveBack(claims.takeUnstarted());
        leaveGate();
        timers.startSingleTimer("examine", new ExamineDue(), FAULT_PAUSE);
    }

    private Behavior<Command> onExamineDue() {
        examine();
        return this;
    }

    private Behavior<Command> onRetire(Retire retire) {
        retiring = true;
        giveBack(claims.takeUnstarted());
        leaveGate();
        return proceed();
    }

    private Behavior<Command> onPaused(boolean now) {
        paused = now;
        if (paused) {
            giveBack(claims.takeUnstarted());
            leaveGate();
        }
        return now ? proceed() : wake(System.nanoTime());
    }

    private Behavior<Command> onFailing() {
        if (gate != null) {
            gate.tell(new ModelGate.HolderLost(taskType.id(), incarnation));
        }
        statusAskers.forEach(asker -> asker.tell(status()));
        return this;
    }

    // ---------------------------------------------------------------- what wakes it

    private Behavior<Command> wake(long atNanos) {
        inbox.wake(atNanos);
        return proceed();
    }

    private Behavior<Command> onProgressed(Progressed event) {
        InboxShape known = shape;
        if (known == null) {
            return this;
        }
        boolean concerned = event.progress().steps().stream()
                .anyMatch(step -> Readers.concerned(taskType, known.relations(), step));
        return concerned ? wake(event.progress().atNanos()) : this;
    }

    private Behavior<Command> onHeard(Heard heard) {
        Notice notice = heard.noticed().notice();
        InboxShape known = shape;
        if (notice instanceof Notice.TableChanged change) {
            boolean mine = known != null && known.relations().contains(change.relation());
            return mine ? wake(heard.noticed().atNanos()) : this;
        }
        if (notice instanceof Notice.Wake wake) {
            boolean mine = wake.taskTypeId() == null || wake.taskTypeId() == taskType.id();
            standingStale |= mine;
            return mine ? wake(heard.noticed().atNanos()) : this;
        }
        return notice instanceof Notice.Listening ? wake(0) : this;
    }

    private Behavior<Command> onRetryDue() {
        standingStale = true;
        return wake(0);
    }

    private Behavior<Command> onLeaseChanged(LeaseChanged changed) {
        leaseHeld = changed.state() instanceof LeaseState.Held;
        if (!leaseHeld) {
            claims.dropWaiting();
            inbox.dropReserve();
            leaveGate();
        }
        return wake(0);
    }

    // ---------------------------------------------------------------- looking and claiming

    private boolean mayClaim() {
        return shape != null
                && leaseHeld
                && !paused
                && !retiring
                && around.settings().claimsByItself();
    }

    private int want() {
        int held = claims.held();
        if (taskType.requiresModel() != null && lanes.usable() == 0) {
            return atGate || claims.waiting() > 0 ? 0 : Math.min(PROBE, taskType.batchSize());
        }
        if (bulk()) {
            return Math.max(0, lanes.usable() * taskType.batchSize() - held);
        }
        return ahead.want(lanes.usable(), held, taskType.batchSize());
    }

    private boolean bulk() {
        return facts != null && facts.executionType() == ExecutionType.BULK;
    }

    private void look() {
        InboxShape known = shape;
        int want = want();
        boolean due = inbox.wanted() || inbox.hasReserve();
        if (known == null || !mayClaim() || !due || inbox.looking() || claiming || want == 0) {
            return;
        }
        if (around.budget().exhausted()) {
            return;
        }
        long now = System.nanoTime();
        List<Candidate> kept = lanes.usable() > 0 ? inbox.takeReserve(want, now) : List.of();
        if (!kept.isEmpty()) {
            claim(kept, inbox.reserveSnapshot(), now, 0);
            return;
        }
        if (!inbox.wanted()) {
            return;
        }
        timers.cancel("poll");
        long wokenAt = inbox.begin();
        TaskType asked = taskType;
        Set<String> only = around.settings().subjects();
        getContext()
                .pipeToSelf(
                        database.call(() -> around.ports().inboxes().find(asked, known, want, only)),
                        (found, failure) -> new Looked(now, wokenAt, found, failure == null ? null : unwrap(failure)));
    }

    private Behavior<Command> onLooked(Looked looked) {
        Inboxes.Found found = looked.found();
        if (found == null) {
            inbox.failed();
            return troubled(looked.failure());
        }
        if (found.candidates().isEmpty()) {
            inbox.foundNothing(looked.beganAt(), found.limitHides());
            return proceed();
        }
        inbox.foundSome(found.limitHides());
        if (!mayClaim()) {
            inbox.expectMore();
            return proceed();
        }
        if (taskType.requiresModel() != null && lanes.usable() == 0) {
            waitingForSlots = found;
            foundAt = System.nanoTime();
            foundWokenAt = looked.wokenAt();
            request(found.candidates().size());
            return proceed();
        }
        claimFrom(found, looked.beganAt(), looked.wokenAt());
        return proceed();
    }

    private void claimFrom(Inboxes.Found found, long beganAt, long wokenAt) {
        int want = want();
        List<Candidate> candidates = found.candidates();
        if (want < candidates.size()) {
            inbox.keep(candidates.subList(want, candidates.size()), found.snapshot(), System.nanoTime());
        }
        if (found.more()) {
            inbox.expectMore();
        }
        if (want > 0) {
            claim(candidates.subList(0, Math.min(want, candidates.size())), found.snapshot(), beganAt, wokenAt);
        }
    }

    private void claim(List<Candidate> candidates, String snapshot, long beganAt, long wokenAt) {
        int taken = around.budget().take(candidates.size());
        if (taken == 0) {
            return;
        }
        claiming = true;
        TaskType asked = taskType;
        List<Candidate> asking = List.copyOf(candidates.subList(0, taken));
        getContext()
                .pipeToSelf(
                        database.call(() -> around.ports().ledger().claim(asked, asking, snapshot)),
                        (made, failure) ->
                                new Claimed(beganAt, wokenAt, taken, made, failure == null ? null : unwrap(failure)));
    }

    private Behavior<Command> onClaimed(Claimed claimed) {
        claiming = false;
        List<Claim> made = claimed.claims();
        if (made == null) {
            around.budget().giveBack(claimed.taken());
            inbox.expectMore();
            return troubled(claimed.failure());
        }
        around.budget().giveBack(claimed.taken() - made.size());
        inbox.claimed(made.size(), claimed.beganAt());
        claims.add(made);
        int startNow = Math.max(0, lanes.usable() - lanes.running());
        if (claimed.wokenAt() != 0) {
            made.stream().limit(startNow).forEach(c -> claims.pickUp(c.ticketId(), claimed.wokenAt()));
        }
        if (shape == null || !leaseHeld || paused || retiring) {
            giveBack(claims.takeUnstarted());
        }
        return proceed();
    }

    /**
     * A call to the database did not work out: weather, a fault of this task type, or something that nobody foresaw.
     */
    private Behavior<Command> troubled(@Nullable Throwable failure) {
        if (failure instanceof DatabaseUnavailable || failure instanceof LeaseLapsed) {
            timers.startSingleTimer("poll", new PollDue(), WEATHER_PAUSE);
            return this;
        }
        if (failure instanceof InboxFault) {
            faulted(String.valueOf(failure.getMessage()));
            return proceed();
        }
        throw unexpected(failure);
    }

    private void giveBack(List<Claim> unstarted) {
        if (unstarted.isEmpty()) {
            return;
        }
        givingBack++;
        around.budget().giveBack(unstarted.size());
        inbox.expectMore();
        sendBack(unstarted);
    }

    private void sendBack(List<Claim> unstarted) {
        getContext()
                .pipeToSelf(
                        database.call(() -> {
                            around.ports().ledger().giveBack(unstarted);
                            return unstarted;
                        }),
                        (ok, failure) -> new GivenBack(failure == null ? null : unwrap(failure), unstarted));
    }

    private Behavior<Command> onGiveBackDue(List<Claim> unstarted) {
        sendBack(unstarted);
        return this;
    }

    private Behavior<Command> onGivenBack(GivenBack given) {
        if (given.failure() != null) {
            timers.startSingleTimer(given.claims(), new GiveBackDue(given.claims()), WEATHER_PAUSE);
            return this;
        }
        givingBack--;
        return proceed();
    }

    // ---------------------------------------------------------------- its gate

    private void request(int wanted) {
        ActorRef<ModelGate.Command> asked = gate;
        Integer limit = taskType.scaleLimit();
        int most = limit == null ? wanted : Math.min(wanted, limit - lanes.slots());
        if (asked == null || most <= 0) {
            return;
        }
        atGate = true;
        asked.tell(new ModelGate.RequestSlots(
                taskType.id(), taskType.name(), incarnation, most, taskType.priority(), gateReplies));
    }

    private Behavior<Command> onGateSaid(GateSaid said) {
        if (said.reply() instanceof ModelGate.Granted granted) {
            onGranted(granted);
        } else if (said.reply() instanceof ModelGate.YieldSlot yield) {
            lanes.yield(yield.leaseId());
            if (lanes.usable() == 0) {
                giveBack(claims.takeUnstarted());
            }
        } else if (said.reply() instanceof ModelGate.Closed closed) {
            gateClosed = closed.reason();
        }
        return proceed();
    }

    private void onGranted(ModelGate.Granted granted) {
        if (!granted.gate().equals(gate)) {
            granted.slots().forEach(slot -> granted.gate().tell(new ModelGate.Release(slot.leaseId())));
            return;
        }
        atGate = false;
        gateClosed = null;
        granted.slots()
                .forEach(slot -> lanes.granted(new Lanes.HeldSlot(granted.gate(), granted.model(), slot.leaseId())));
        Inboxes.Found found = waitingForSlots;
        waitingForSlots = null;
        if (found == null || claims.waiting() > 0) {
            return;
        }
        if (mayClaim() && System.nanoTime() - foundAt <= FRESH.toNanos()) {
            claimFrom(found, foundAt, foundWokenAt);
        } else {
            inbox.wake(foundWokenAt);
        }
    }

    /** Asks for a first slot when claims wait for one, and for one more while the inbox is known to hold more. */
    private void askForSlots() {
        if (taskType.requiresModel() == null || atGate) {
            return;
        }
        if (lanes.usable() == 0) {
            if (claims.waiting() > 0) {
                request(claims.waiting());
            }
        } else if (mayClaim() && lanes.free() == null && !around.budget().exhausted()) {
            int more = claims.waiting() + (inbox.more() ? 1 : 0);
            if (more > 0) {
                request(more);
            }
        }
    }

    /** Stops waiting and gives back every slot that nothing runs on; the others follow as their lanes clear. */
    private void leaveGate() {
        withdraw();
        lanes.yieldAll();
        release(lanes.takeIdle(false));
    }

    private void returnSlots() {
        boolean mayFindMore =
                mayClaim() && !around.budget().exhausted() && (inbox.looking() || inbox.wanted() || inbox.hasReserve());
        boolean nothingToDo = claims.waiting() == 0 && !claiming && !mayFindMore;
        if (nothingToDo && atGate && lanes.slots() > 0) {
            withdraw();
        }
        release(lanes.takeIdle(!nothingToDo));
    }

    private void withdraw() {
        if (atGate && gate != null) {
            gate.tell(new ModelGate.Withdraw(taskType.id()));
        }
        atGate = false;
        waitingForSlots = null;
    }

    private void release(List<Lanes.HeldSlot> slots) {
        slots.forEach(slot -> slot.gate().tell(new ModelGate.Release(slot.leaseId())));
    }

    // ---------------------------------------------------------------- running

    private void startRuns() {
        ScriptFacts known = facts;
        if (known == null || !leaseHeld || (shape == null && !claims.nextIsByHand())) {
            return;
        }
        Lanes.@Nullable Lane lane = lanes.free();
        while (lane != null && claims.waiting() > 0 && (!paused || claims.nextIsByHand())) {
            List<Claim> next = claims.take(bulk() ? taskType.batchSize() : 1);
            long runId = runs++;
            lanes.occupy(runId, lane);
            Lanes.HeldSlot slot = lane.slot();
            around.workers()
                    .tell(new WorkerHost.StartRun(
                            runId,
                            taskType,
                            known,
                            next,
                            slot == null ? null : new WorkerHost.SlotId(slot.model(), slot.leaseId()),
                            runEvents));
            lane = lanes.free();
        }
    }

    private Behavior<Command> onRunSaid(RunSaid said) {
        if (said.event() instanceof WorkerHost.Started started) {
            Long wokenAt = claims.pickedUp(started.ticketId());
            if (wokenAt != null) {
                counters.pickedUp(Duration.ofNanos(started.atNanos() - wokenAt));
            }
            return this;
        }
        if (said.event() instanceof WorkerHost.ResultIn result) {
            Duration took =
                    Duration.between(result.run().startedAt(), result.run().finishedAt());
            counters.ran(took);
            ahead.learn(took);
            claims.resultIn(result.ticketId(), result.run());
            if (result.run().outcome() instanceof Outcome.Unrunnable unrunnable) {
                faulted(unrunnable.error());
            }
            return this;
        }
        if (said.event() instanceof WorkerHost.LaneClear clear) {
            lanes.clear(clear.runId());
        } else if (said.event() instanceof LedgerWriter.Recorded recorded) {
            onRecorded(recorded.verdict());
        }
        return proceed();
    }

    private void onRecorded(Verdict verdict) {
        ClaimQueue.ByHand asked = claims.recorded(verdict.ticketId());
        if (asked != null) {
            asked.replyTo().tell(report(verdict, asked.run()));
        }
        if (!(verdict instanceof Verdict.Written written)) {
            getContext()
                    .getLog()
                    .warn(
                            "task type '{}': the outcome of ticket {} came too late, its claim is no longer ours",
                            taskType.name(),
                            verdict.ticketId());
            return;
        }
        counters.count(written.status(), System.nanoTime());
        TicketStatus status = written.status();
        if (status == TicketStatus.COMPLETED || status == TicketStatus.SKIPPED) {
            unsettled += written.change() != null && taskType.workQuery() == null ? 0 : 1;
        } else {
            standingStale = true;
            inbox.expectMore();
        }
        Instant retryAt = written.retryAt();
        if (retryAt != null) {
            scheduleRetry(retryAt);
        }
    }

    private RunReport report(Verdict verdict, @Nullable FinishedRun run) {
        String status =
                verdict instanceof Verdict.Written written ? written.status().sqlName() : "stale";
        String message = verdict instanceof Verdict.Written written ? written.message() : "its claim was lost";
        Outcome outcome = run == null ? null : run.outcome();
        String output = outcome instanceof Outcome.Succeeded s
                ? s.output()
                : outcome instanceof Outcome.Skipped s
                        ? s.output()
                        : outcome instanceof Outcome.Failed f ? f.output() : null;
        boolean done = verdict instanceof Verdict.Written written && written.status() == TicketStatus.COMPLETED;
        return new RunReport(
                done,
                verdict.ticketId(),
                status,
                output,
                message,
                run == null ? "" : run.log().stdout(),
                run == null ? "" : run.log().stderr());
    }

    // ---------------------------------------------------------------- by hand

    private Behavior<Command> onRunByHand(RunByHand request) {
        InboxShape known = shape;
        if (known == null && examining && fault == null) {
            byHandEarly.add(request);
            return this;
        }
        if (known == null || !leaseHeld || retiring) {
            String why = fault != null ? fault : "it claims nothing now";
            request.replyTo()
                    .tell(new RunReport(
                            false, null, null, null, "task type '" + taskType.name() + "': " + why, "", ""));
            return this;
        }
        byHandPending++;
        TaskType asked = taskType;
        String id = request.subjectId();
        getContext()
                .pipeToSelf(
                        database.call(() -> {
                            Inboxes.Found found = around.ports().inboxes().find(asked, known, 1, Set.of(id));
                            Candidate candidate = found.candidates().isEmpty()
                                    ? new Candidate(new Subject(known.subjectType(), id), "{}")
                                    : found.candidates().get(0);
                            return Optional.ofNullable(around.ports().ledger().claimByHand(asked, candidate));
                        }),
                        (claim, failure) -> new ClaimedByHand(
                                id,
                                request.replyTo(),
                                failure == null ? claim.orElse(null) : null,
                                failure == null ? null : unwrap(failure)));
        return proceed();
    }

    private Behavior<Command> onClaimedByHand(ClaimedByHand claimed) {
        byHandPending--;
        Claim claim = claimed.claim();
        if (claim == null) {
            String why = claimed.failure() != null
                    ? String.valueOf(claimed.failure().getMessage())
                    : "subject '" + claimed.subjectId() + "' is being worked on already (see: turing tickets --subject "
                            + claimed.subjectId() + ")";
            claimed.replyTo().tell(new RunReport(false, null, null, null, why, "", ""));
            return proceed();
        }
        claims.addByHand(claim, claimed.replyTo());
        return proceed();
    }

    // ---------------------------------------------------------------- settling

    private void settle() {
        InboxShape known = shape;
        if (known == null || settling || (unsettled == 0 && !standingStale)) {
            return;
        }
        boolean quiet = claims.inFlight() == 0 && !inbox.looking() && !claiming && !inbox.wanted();
        if (!quiet && unsettled < SETTLE_GROUP) {
            if (!timers.isTimerActive("settle")) {
                timers.startSingleTimer("settle", new SettleDue(), SETTLE_PAUSE);
            }
            return;
        }
        startSettling(known);
    }

    private void startSettling(InboxShape known) {
        timers.cancel("settle");
        settling = true;
        standingStale = false;
        unsettled = 0;
        TaskType asked = taskType;
        getContext()
                .pipeToSelf(
                        database.call(() -> around.ports().ledger().settle(asked, known)),
                        (now, failure) -> new Settled(now, failure == null ? null : unwrap(failure)));
    }

    private Behavior<Command> onSettleDue() {
        InboxShape known = shape;
        if (known != null && !settling && (unsettled > 0 || standingStale)) {
            startSettling(known);
        }
        return this;
    }

    private Behavior<Command> onSweepDue() {
        standingStale = true;
        return proceed();
    }

    private Behavior<Command> onSettled(Settled settled) {
        settling = false;
        Standing now = settled.standing();
        if (now == null) {
            standingStale = true;
            return troubled(settled.failure());
        }
        standing = now;
        unsettled += now.unsettled();
        Instant retryAt = now.nextRetryAt();
        if (retryAt != null) {
            scheduleRetry(retryAt);
        }
        if (now.stayed() + now.skipped() + now.backingOff() > 0) {
            timers.startSingleTimer("sweep", new SweepDue(), SWEEP_PAUSE);
        }
        return proceed();
    }

    private void scheduleRetry(Instant retryAt) {
        Duration wait = Duration.between(around.ports().clock().now(), retryAt);
        Duration pause = wait.isNegative() ? Duration.ofMillis(10) : wait.plusMillis(10);
        if (!timers.isTimerActive("retry") || nextRetry == null || retryAt.isBefore(nextRetry)) {
            nextRetry = retryAt;
            timers.startSingleTimer("retry", new RetryDue(), pause);
        }
    }

    // ---------------------------------------------------------------- going on

    /** Starts whatever can be started now, gives back what is not used, and says whether anything is left to do. */
    private Behavior<Command> proceed() {
        startRuns();
        returnSlots();
        askForSlots();
        look();
        settle();
        schedulePoll();
        reportRest();
        if (retiring
                && claims.inFlight() == 0
                && lanes.running() == 0
                && !claiming
                && byHandPending == 0
                && givingBack == 0) {
            around.workers().tell(new WorkerHost.RetireWorkers(taskType.id()));
            return Behaviors.stopped();
        }
        return this;
    }

    private void schedulePoll() {
        boolean idle = mayClaim() && !inbox.wanted() && !inbox.looking() && !claiming && !atGate;
        if (idle && !timers.isTimerActive("poll")) {
            Duration own = taskType.pollInterval();
            Duration longest = own != null ? own : around.settings().pollLongest();
            timers.startSingleTimer(
                    "poll",
                    new PollDue(),
                    inbox.pause(
                            around.settings().pollShortest(),
                            longest,
                            ThreadLocalRandom.current().nextDouble()));
        }
    }

    private void reportRest() {
        List<String> blocked = new ArrayList<>();
        boolean rest = atRest(blocked);
        if (rest) {
            around.rest().tell(new RestObserver.AtRest(taskType, inbox.emptySince(), blocked));
        } else if (reportedRest) {
            around.rest().tell(new RestObserver.Busy(taskType.id()));
        }
        reportedRest = rest;
    }

    private boolean atRest(List<String> blocked) {
        if (claims.inFlight() > 0 || claiming || inbox.looking() || settling || examining || byHandPending > 0) {
            return false;
        }
        if (fault != null) {
            blocked.add("task type '" + taskType.name() + "' is faulted: " + fault);
            return true;
        }
        if (atGate && gateClosed != null) {
            blocked.add("task type '" + taskType.name() + "' waits: " + gateClosed);
            return true;
        }
        if (around.budget().exhausted() || !around.settings().claimsByItself()) {
            return true;
        }
        if (paused) {
            blocked.add("task type '" + taskType.name() + "' is paused");
            return true;
        }
        if (shape == null || unsettled > 0 || standingStale || standing.backingOff() > 0 || !inbox.empty()) {
            return false;
        }
        if (standing.setAside() > 0) {
            blocked.add("task type '" + taskType.name() + "': " + standing.setAside()
                    + " subject(s) set aside (see: turing tickets --task-type " + taskType.name()
                    + "; free them: turing retry)");
        }
        if (standing.stayed() > 0) {
            blocked.add(stayedWarning());
        }
        return true;
    }

    private String stayedWarning() {
        return "task type '" + taskType.name() + "': " + standing.stayed()
                + " subject(s) stayed in the inbox after a success and are set aside; its script or its work_query does not move"
                + " them on (rerun = 'once' if that is meant; free them: turing retry --task-type " + taskType.name()
                + ")";
    }

    // ---------------------------------------------------------------- status

    private Behavior<Command> onGetStatus(GetStatus request) {
        InboxShape known = shape;
        boolean stale = System.nanoTime() - countedAt > COUNT_KEEPS.toNanos();
        if (known == null || (!stale && !counting)) {
            request.replyTo().tell(status());
            return this;
        }
        statusAskers.add(request.replyTo());
        if (!counting) {
            counting = true;
            TaskType asked = taskType;
            getContext()
                    .pipeToSelf(
                            database.call(() -> around.ports().inboxes().count(asked, known, COUNT_AT_MOST)),
                            (count, failure) -> new Counted(failure == null ? count : -1));
        }
        return this;
    }

    private Behavior<Command> onCounted(Counted counted) {
        counting = false;
        countedAt = System.nanoTime();
        inboxCount = counted.inbox();
        TaskTypeStatus now = status();
        statusAskers.forEach(asker -> asker.tell(now));
        statusAskers.clear();
        return this;
    }

    private TaskTypeStatus status() {
        List<String> warnings = new ArrayList<>();
        if (standing.stayed() > 0) {
            warnings.add(stayedWarning());
        }
        if (inbox.limitHides()) {
            warnings.add("task type '" + taskType.name()
                    + "': the work_query's own LIMIT is filled by subjects that can't be claimed and hides those behind them;"
                    + " write LIMIT :batch_size instead");
        }
        String[] state = state();
        return new TaskTypeStatus(
                taskType.id(),
                taskType.name(),
                taskType.pipeline(),
                taskType.requiresModel(),
                state[0],
                state[1],
                inboxCount,
                inboxCount >= COUNT_AT_MOST,
                claims.inFlight(),
                claims.running(),
                counters.of(TicketStatus.COMPLETED),
                counters.of(TicketStatus.SKIPPED),
                counters.of(TicketStatus.FAILED),
                counters.of(TicketStatus.DEAD),
                counters.of(TicketStatus.OVERTAKEN),
                standing.backingOff(),
                standing.stayed(),
                standing.setAside(),
                standing.dead(),
                counters.perMinute(System.nanoTime()),
                counters.durationMillis(),
                counters.pickUpMillis(),
                warnings);
    }

    private String[] state() {
        if (fault != null) {
            return new String[] {"faulted", fault};
        }
        if (retiring) {
            return new String[] {"retiring", null};
        }
        if (paused) {
            return new String[] {"paused", "paused by a person; turing resume " + taskType.name()};
        }
        if (shape == null) {
            return new String[] {"starting", null};
        }
        if (claims.held() > 0) {
            return new String[] {"working", null};
        }
        if (atGate) {
            return gateClosed != null
                    ? new String[] {"blocked", gateClosed}
                    : new String[] {"waiting", "waits for a slot of model '" + taskType.requiresModel() + "'"};
        }
        return new String[] {"idle", null};
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    private static RuntimeException unexpected(@Nullable Throwable failure) {
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }
}
