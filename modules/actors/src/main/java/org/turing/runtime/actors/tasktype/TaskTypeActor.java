package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
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
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
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
 * <p>Every handler records a fact and ends in {@link #proceed()}, which starts whatever can be started now. Runs belong
 * to the worker host and outcomes to the ledger writer: a failure of this actor loses neither. A new life after a
 * failure takes a new incarnation at its gate, so that the gate quarantines what the old one held.
 */
public final class TaskTypeActor extends AbstractBehavior<TaskTypeActor.Command> {

    /** How many subjects a look asks for before any slot is held. */
    private static final int PROBE = 32;

    /** What was found longer ago than this before a slot came is looked up afresh. */
    private static final Duration FRESH = Duration.ofMillis(100);

    private static final Duration WEATHER_PAUSE = Duration.ofSeconds(1);
    private static final Duration FAULT_PAUSE = Duration.ofSeconds(10);
    private static final Duration SETTLE_PAUSE = Duration.ofMillis(300);
    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(60);

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

    /**
     * Asks where the task type stands.
     *
     * @param counted whether the inbox should be counted, unless it was within the last second
     */
    public record GetStatus(boolean counted, ActorRef<TaskTypeStatus> replyTo) implements Command {}

    /** Runs one subject by hand, in the inbox or not. */
    public record RunByHand(String subjectId, ActorRef<RunReport> replyTo) implements Command {}

    private record Examined(
            TaskType asked,
            PortCalls.@Nullable Examination found,
            @Nullable Throwable failure) implements Command {}

    private record Looked(
            Look look,
            Inboxes.@Nullable Found found,
            @Nullable Throwable failure) implements Command {}

    private record Claimed(
            Look look,
            int taken,
            @Nullable List<Claim> claims,
            @Nullable Throwable failure) implements Command {}

    private record ClaimedByHand(
            RunByHand request,
            @Nullable Claim claim,
            @Nullable Throwable failure) implements Command {}

    private record Settled(
            @Nullable Standing standing, @Nullable Throwable failure) implements Command {}

    private record GivenBack(List<Claim> claims, @Nullable Throwable failure) implements Command {}

    private record Reconciled(@Nullable Throwable failure) implements Command {}

    private record Counted(long inbox) implements Command {}

    private record GateSaid(ModelGate.Reply reply) implements Command {}

    private record RunSaid(WorkerHost.RunEvent event) implements Command {}

    private record Progressed(Progress progress) implements Command {}

    private record Heard(Noticed noticed) implements Command {}

    private record LeaseChanged(LeaseState state) implements Command {}

    private record PollDue() implements Command {}

    private record LookDue() implements Command {}

    private record RetryDue() implements Command {}

    private record SettleDue() implements Command {}

    private record SweepDue() implements Command {}

    private record ExamineDue() implements Command {}

    private record GiveBackDue(List<Claim> claims) implements Command {}

    /**
     * @param asked the registration that it is made for: what it brings is of no use to another one
     * @param beganAt when it began, by {@link System#nanoTime()}
     * @param wokenAt when the event came that asked for it; 0 for a poll
     */
    private record Look(TaskType asked, long beganAt, long wokenAt) {}

    /** What was found before a slot was held. */
    private record Waiting(Inboxes.Found found, long foundAt, long wokenAt) {}

    private final Surroundings around;
    private final TimerScheduler<Command> timers;
    private final PortCalls calls;
    private final TaskTypeCounters counters;
    private final ActorRef<WorkerHost.RunEvent> runEvents;
    private final Lanes lanes = new Lanes();
    private final InboxWatch inbox = new InboxWatch();
    private final ClaimQueue claims = new ClaimQueue();
    private final Settling settling = new Settling();
    private final Fitness fitness = new Fitness();
    private final InboxCount count = new InboxCount();
    private final List<RunByHand> askedEarly = new ArrayList<>();
    private final GateSeat seat;

    private TaskType taskType;
    private ClaimAhead ahead;
    private @Nullable Waiting waitingForSlots;
    private @Nullable Instant nextRetry;
    private boolean reclaimed;
    private boolean paused;
    private boolean retiring;
    private boolean leaseHeld = true;
    private boolean claiming;
    private boolean doubtful;
    private boolean reconciling;
    private boolean reportedRest;
    private int claimingByHand;
    private int givingBack;
    private long runs;

    /**
     * @param around what all task types share
     * @param registration the registry's row and gate of the moment, read at every start: a life after a failure begins
     *     with the latest ones
     * @param isPaused whether people paused it, read at every start
     * @param counters where it counts; kept across failures by the one who spawns it
     */
    public static Behavior<Command> create(
            Surroundings around,
            Supplier<Reconfigure> registration,
            BooleanSupplier isPaused,
            TaskTypeCounters counters) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers ->
                new TaskTypeActor(context, timers, around, registration.get(), isPaused.getAsBoolean(), counters)));
    }

    private TaskTypeActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Surroundings around,
            Reconfigure registration,
            boolean paused,
            TaskTypeCounters counters) {
        super(context);
        this.paused = paused;
        this.timers = timers;
        this.around = around;
        this.taskType = registration.taskType();
        this.counters = counters;
        this.calls = new PortCalls(around, context.getSystem());
        this.ahead = new ClaimAhead(around.settings().claimAhead());
        this.runEvents = context.messageAdapter(WorkerHost.RunEvent.class, RunSaid::new);
        this.seat = new GateSeat(
                taskType, registration.gate(), lanes, context.messageAdapter(ModelGate.Reply.class, GateSaid::new));
        ActorRef<EventStream.Command> events = context.getSystem().eventStream();
        events.tell(
                new EventStream.Subscribe<>(Progress.class, context.messageAdapter(Progress.class, Progressed::new)));
        events.tell(new EventStream.Subscribe<>(Noticed.class, context.messageAdapter(Noticed.class, Heard::new)));
        events.tell(new EventStream.Subscribe<>(
                LeaseState.class, context.messageAdapter(LeaseState.class, LeaseChanged::new)));
        examine();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Reconfigure.class, this::onReconfigure)
                .onMessage(Retire.class, m -> onRetire())
                .onMessage(Pause.class, m -> onPause())
                .onMessage(Resume.class, m -> onResume())
                .onMessage(PollNow.class, m -> wake(System.nanoTime()))
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(RunByHand.class, this::onRunByHand)
                .onMessage(Examined.class, this::onExamined)
                .onMessage(Looked.class, this::onLooked)
                .onMessage(Claimed.class, this::onClaimed)
                .onMessage(ClaimedByHand.class, this::onClaimedByHand)
                .onMessage(Settled.class, this::onSettled)
                .onMessage(GivenBack.class, this::onGivenBack)
                .onMessage(Reconciled.class, this::onReconciled)
                .onMessage(Counted.class, this::onCounted)
                .onMessage(GateSaid.class, this::onGateSaid)
                .onMessage(RunSaid.class, this::onRunSaid)
                .onMessage(Progressed.class, this::onProgressed)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(LeaseChanged.class, this::onLeaseChanged)
                .onMessage(PollDue.class, m -> wake(0))
                .onMessage(LookDue.class, m -> proceed())
                .onMessage(RetryDue.class, m -> onRetryDue())
                .onMessage(SettleDue.class, m -> onSettleDue())
                .onMessage(SweepDue.class, m -> onSweepDue())
                .onMessage(ExamineDue.class, m -> onExamineDue())
                .onMessage(GiveBackDue.class, this::onGiveBackDue)
                .onSignal(PreRestart.class, s -> onFailing())
                .build();
    }

    // ------------------------------------------------------------------ going on

    /** Starts whatever can be started now, gives back what is not used, and says whether anything is left to do. */
    private Behavior<Command> proceed() {
        startRuns();
        returnSlots();
        askForSlots();
        reconcile();
        look();
        settle();
        schedulePoll();
        reportRest();
        boolean empty = claims.inFlight() == 0 && lanes.running() == 0 && givingBack == 0;
        if (retiring && empty && !claiming && claimingByHand == 0 && !doubtful) {
            around.workers().tell(new WorkerHost.RetireWorkers(taskType.id()));
            seat.lost();
            refuse(askedEarly, "it is not enabled any more");
            return Behaviors.stopped();
        }
        return this;
    }

    private void startRuns() {
        ScriptFacts known = fitness.facts();
        if (known == null || !leaseHeld || (fitness.shape() == null && !claims.nextIsByHand())) {
            return;
        }
        Lanes.Lane lane = lanes.free();
        while (lane != null && mayStartAnother() && claims.waiting() > 0 && (!paused || claims.nextIsByHand())) {
            long runId = runs++;
            lanes.occupy(runId, lane);
            List<Claim> next = claims.take(fitness.bulk() ? taskType.batchSize() : 1);
            Lanes.HeldSlot slot = lane.slot();
            WorkerHost.SlotId slotId = slot == null ? null : new WorkerHost.SlotId(slot.model(), slot.leaseId());
            around.workers().tell(new WorkerHost.StartRun(runId, taskType, known, next, slotId, runEvents));
            lane = lanes.free();
        }
    }

    /** A slot that was asked back may still be at work when another one is granted. */
    private boolean mayStartAnother() {
        Integer limit = taskType.scaleLimit();
        return limit == null || lanes.running() < limit;
    }

    private void returnSlots() {
        boolean mayFindMore = mayClaim() && (inbox.looking() || inbox.wanted() || inbox.hasReserve());
        boolean nothingToDo = claims.waiting() == 0 && !claiming && !mayFindMore;
        seat.returnIdle(nothingToDo);
    }

    /** Asks for a first slot when claims wait for one, and for one more while the inbox is known to hold more. */
    private void askForSlots() {
        if (taskType.requiresModel() == null || seat.waiting()) {
            return;
        }
        if (lanes.usable() == 0) {
            if (claims.waiting() > 0) {
                seat.request(claims.waiting());
            }
        } else if (mayClaim() && lanes.free() == null) {
            int more = claims.waiting() + (inbox.more() ? 1 : 0);
            if (more > 0) {
                seat.request(more);
            }
        }
    }

    private void look() {
        InboxShape known = fitness.shape();
        int want = want();
        boolean due = inbox.wanted() || inbox.hasReserve();
        if (known == null || !mayClaim() || !due || inbox.looking() || claiming || want == 0) {
            return;
        }
        Look look = new Look(taskType, System.nanoTime(), 0);
        List<Candidate> kept = lanes.usable() > 0 ? inbox.takeReserve(want, look.beganAt()) : List.of();
        if (!kept.isEmpty()) {
            claim(look, kept, inbox.reserveSnapshot());
        } else if (inbox.wanted() && !putOff(look.beganAt())) {
            timers.cancel("poll");
            Look woken = new Look(taskType, look.beganAt(), inbox.begin());
            pipe(calls.find(taskType, known, want), (found, failure) -> new Looked(woken, found, failure));
        }
    }

    private boolean putOff(long now) {
        Duration gap = inbox.gap(now);
        if (!gap.isZero() && !timers.isTimerActive("look")) {
            timers.startSingleTimer("look", new LookDue(), gap);
        }
        return !gap.isZero();
    }

    private void settle() {
        InboxShape known = fitness.shape();
        if (known == null || !settling.due()) {
            return;
        }
        boolean quiet = claims.inFlight() == 0 && !inbox.looking() && !claiming && !inbox.wanted();
        if (quiet || settling.pressing()) {
            startSettling(known);
        } else if (!timers.isTimerActive("settle")) {
            timers.startSingleTimer("settle", new SettleDue(), SETTLE_PAUSE);
        }
    }

    private void schedulePoll() {
        boolean idle = mayClaim() && !inbox.wanted() && !inbox.looking() && !claiming && !seat.waiting();
        boolean outOfBudget = wouldClaim() && around.budget().exhausted(); // somebody may give some back
        if ((idle || outOfBudget) && !timers.isTimerActive("poll")) {
            Duration own = taskType.pollInterval();
            Duration longest = own != null ? own : around.settings().pollLongest();
            double random = ThreadLocalRandom.current().nextDouble();
            timers.startSingleTimer(
                    "poll", new PollDue(), inbox.pause(around.settings().pollShortest(), longest, random));
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
        if (claims.inFlight() > 0 || claiming || inbox.looking() || settling.running() || fitness.examining()) {
            return false;
        }
        if (claimingByHand > 0 || givingBack > 0 || doubtful) {
            return false;
        }
        String prefix = "task type '" + taskType.name() + "' ";
        String fault = fitness.fault();
        if (fault != null) {
            blocked.add(prefix + "is faulted: " + TaskTypeReport.withoutName(taskType, fault));
        } else if (seat.waiting() && seat.closed() != null) {
            blocked.add(prefix + "waits: " + seat.closed());
        } else if (around.budget().exhausted() || !around.settings().claimsByItself()) {
            return true;
        } else if (paused) {
            blocked.add(prefix + "is paused");
        } else if (fitness.shape() == null || !settling.atRest() || !inbox.empty()) {
            return false;
        } else {
            blocked.addAll(TaskTypeReport.left(taskType, settling.standing()));
        }
        return true;
    }

    private boolean mayClaim() {
        return wouldClaim() && !around.budget().exhausted();
    }

    private boolean wouldClaim() {
        return fitness.shape() != null
                && leaseHeld
                && !doubtful
                && !paused
                && !retiring
                && around.settings().claimsByItself();
    }

    private int want() {
        if (taskType.requiresModel() != null && lanes.usable() == 0) {
            return seat.waiting() || claims.waiting() > 0 ? 0 : Math.min(PROBE, taskType.batchSize());
        }
        if (fitness.bulk()) {
            return Math.max(0, lanes.usable() * taskType.batchSize() - claims.held());
        }
        return ahead.want(lanes.usable(), claims.held(), taskType.batchSize());
    }

    // ------------------------------------------------------------------ registration

    private Behavior<Command> onReconfigure(Reconfigure now) {
        retiring = false;
        if (now.taskType().equals(taskType) && seat.isAt(now.gate())) {
            return proceed();
        }
        giveBack(claims.takeUnstarted());
        taskType = now.taskType();
        seat.move(taskType, now.gate());
        waitingForSlots = null;
        around.workers().tell(new WorkerHost.RetireWorkers(taskType.id()));
        ahead = new ClaimAhead(around.settings().claimAhead());
        inbox.dropReserve();
        inbox.wake(System.nanoTime());
        examine();
        return proceed();
    }

    private void examine() {
        if (!fitness.begin()) {
            return; // the answer under way tells whether it is about this registration
        }
        TaskType examined = taskType;
        CompletionStage<PortCalls.Examination> answer = reclaimed
                ? calls.examine(examined)
                : calls.reclaim(examined.id(), claims.tickets()).thenCompose(n -> calls.examine(examined));
        pipe(answer, (found, failure) -> new Examined(examined, found, failure));
    }

    private Behavior<Command> onExamineDue() {
        examine();
        return this;
    }

    private Behavior<Command> onExamined(Examined examined) {
        fitness.ended();
        PortCalls.Examination found = examined.found();
        if (found != null) {
            reclaimed = true;
        }
        if (!examined.asked().equals(taskType)) {
            examine();
            return this;
        }
        if (found != null) {
            well(found);
        } else if (examined.failure() instanceof DatabaseUnavailable) {
            timers.startSingleTimer("examine", new ExamineDue(), WEATHER_PAUSE);
        } else if (examined.failure() instanceof InboxFault || examined.failure() instanceof ScriptFault) {
            reclaimed = true;
            String reason = String.valueOf(examined.failure().getMessage());
            faulted(fitness.faulted(reason, false));
        } else {
            throw unexpected(examined.failure());
        }
        runAskedEarly();
        return proceed();
    }

    private void runAskedEarly() {
        List<RunByHand> asked = List.copyOf(askedEarly);
        askedEarly.clear();
        asked.forEach(this::onRunByHand);
    }

    private void well(PortCalls.Examination found) {
        mended(fitness.found(found));
        settling.outdated();
        Integer limit = taskType.scaleLimit();
        int ungated = limit != null ? limit : around.settings().cores();
        lanes.ungated(taskType.requiresModel() == null ? ungated : 0);
        inbox.wake(System.nanoTime());
    }

    private void mended(boolean wasFaulted) {
        if (wasFaulted) {
            getContext().getLog().info("task type '{}' is well again", taskType.name());
        }
    }

    private void faulted(boolean news) {
        if (news) {
            String why = TaskTypeReport.withoutName(taskType, String.valueOf(fitness.fault()));
            getContext().getLog().warn("task type '{}' is faulted: {}", taskType.name(), why);
        }
        stopClaiming();
        timers.startSingleTimer("examine", new ExamineDue(), FAULT_PAUSE);
    }

    private void stopClaiming() {
        giveBack(claims.takeUnstarted());
        seat.leave();
        waitingForSlots = null;
    }

    private Behavior<Command> onRetire() {
        retiring = true;
        stopClaiming();
        return proceed();
    }

    private Behavior<Command> onPause() {
        paused = true;
        stopClaiming();
        return proceed();
    }

    private Behavior<Command> onResume() {
        paused = false;
        return wake(System.nanoTime());
    }

    private Behavior<Command> onFailing() {
        seat.lost();
        around.rest().tell(new RestObserver.Busy(taskType.id()));
        String why = "its actor failed and starts again (see: turing tickets)";
        refuse(askedEarly, why);
        claims.everyByHand()
                .forEach(asked ->
                        asked.replyTo().tell(TaskTypeReport.notRun("task type '" + taskType.name() + "': " + why)));
        count.tell(status());
        return this;
    }

    // ------------------------------------------------------------------ what wakes it

    private Behavior<Command> wake(long atNanos) {
        inbox.wake(atNanos);
        return proceed();
    }

    private Behavior<Command> onProgressed(Progressed event) {
        InboxShape known = fitness.shape();
        boolean concerned = known != null
                && event.progress().steps().stream()
                        .anyMatch(step -> Readers.concerned(taskType, known.relations(), step));
        return concerned ? wake(event.progress().atNanos()) : this;
    }

    private Behavior<Command> onHeard(Heard heard) {
        Notice notice = heard.noticed().notice();
        InboxShape known = fitness.shape();
        if (notice instanceof Notice.TableChanged change) {
            boolean mine = known != null && known.relations().contains(change.relation());
            return mine ? wake(heard.noticed().atNanos()) : this;
        }
        if (notice instanceof Notice.Wake wake) {
            if (wake.taskTypeId() != null && wake.taskTypeId() != taskType.id()) {
                return this;
            }
            settling.outdated();
            return wake(heard.noticed().atNanos());
        }
        return notice instanceof Notice.Listening ? wake(0) : this;
    }

    private Behavior<Command> onRetryDue() {
        settling.outdated();
        return wake(0);
    }

    private Behavior<Command> onSweepDue() {
        settling.outdated();
        return proceed();
    }

    private Behavior<Command> onLeaseChanged(LeaseChanged changed) {
        leaseHeld = changed.state() instanceof LeaseState.Held;
        if (!leaseHeld) {
            doubtful = false; // whatever was claimed ends with the lease
            dropWaiting();
            inbox.dropReserve();
            seat.leave();
            waitingForSlots = null;
        }
        return wake(0);
    }

    /** Forgets what waits: the lease under which it was claimed is lost, and frees it. */
    private void dropWaiting() {
        around.budget().giveBack(claims.takeUnstarted().size());
        claims.takeWaitingByHand()
                .forEach(asked -> asked.replyTo().tell(TaskTypeReport.notRun("the lease was lost; ask again")));
    }

    private void refuse(List<RunByHand> asked, String why) {
        asked.forEach(
                each -> each.replyTo().tell(TaskTypeReport.notRun("task type '" + taskType.name() + "': " + why)));
        asked.clear();
    }

    // ------------------------------------------------------------------ looking and claiming

    private Behavior<Command> onLooked(Looked looked) {
        Inboxes.Found found = looked.found();
        inbox.tookUntil(looked.look().beganAt(), System.nanoTime());
        if (!looked.look().asked().equals(taskType)) {
            inbox.failed();
            return proceed();
        }
        if (found == null) {
            inbox.failed();
            return troubled(looked.failure());
        }
        mended(fitness.read());
        inbox.passedOver(found, claims.inFlight() == 0);
        if (found.candidates().isEmpty()) {
            inbox.foundNothing(looked.look().beganAt(), found.limitHides());
            return proceed();
        }
        inbox.foundSome(found.limitHides());
        if (!mayClaim()) {
            inbox.expectMore();
        } else if (taskType.requiresModel() != null && lanes.usable() == 0) {
            waitingForSlots =
                    new Waiting(found, System.nanoTime(), looked.look().wokenAt());
            seat.request(found.candidates().size());
        } else {
            claimFrom(looked.look(), found);
        }
        return proceed();
    }

    private void claimFrom(Look look, Inboxes.Found found) {
        List<Candidate> candidates = found.candidates();
        int now = Math.min(want(), candidates.size());
        inbox.keep(candidates.subList(now, candidates.size()), found.snapshot(), System.nanoTime());
        if (found.more()) {
            inbox.expectMore();
        }
        if (now > 0) {
            claim(look, candidates.subList(0, now), found.snapshot());
        }
    }

    private void claim(Look look, List<Candidate> candidates, String snapshot) {
        int taken = around.budget().take(candidates.size());
        if (taken > 0) {
            claiming = true;
            List<Candidate> asked = List.copyOf(candidates.subList(0, taken));
            pipe(calls.claim(taskType, asked, snapshot), (made, failure) -> new Claimed(look, taken, made, failure));
        }
    }

    private Behavior<Command> onClaimed(Claimed claimed) {
        claiming = false;
        List<Claim> made = claimed.claims();
        if (made == null) {
            around.budget().giveBack(claimed.taken());
            inbox.expectMore();
            doubt(claimed.failure());
            return troubled(claimed.failure());
        }
        around.budget().giveBack(claimed.taken() - made.size());
        inbox.claimed(made.size(), claimed.look().beganAt());
        claims.add(made);
        if (claimed.look().wokenAt() != 0) {
            int startNow = Math.max(0, lanes.usable() - lanes.running());
            made.stream()
                    .limit(startNow)
                    .forEach(c -> claims.pickUp(c.ticketId(), claimed.look().wokenAt()));
        }
        if (!leaseHeld) {
            dropWaiting();
        } else if (fitness.shape() == null
                || paused
                || retiring
                || !claimed.look().asked().equals(taskType)) {
            giveBack(claims.takeUnstarted());
        }
        return proceed();
    }

    /** The answer to a claim is lost, and with it, perhaps, claims that were made: nobody would ever run them. */
    private void doubt(@Nullable Throwable failure) {
        doubtful |= failure instanceof DatabaseUnavailable;
    }

    /** Gives back what may have been claimed without our knowledge, before anything else is claimed. */
    private void reconcile() {
        if (doubtful && leaseHeld && !reconciling && !claiming && claimingByHand == 0) {
            reconciling = true;
            pipe(calls.reclaim(taskType.id(), claims.tickets()), (count, failure) -> new Reconciled(failure));
        }
    }

    private Behavior<Command> onReconciled(Reconciled reconciled) {
        reconciling = false;
        if (reconciled.failure() != null) {
            return troubled(reconciled.failure());
        }
        doubtful = false;
        inbox.wake(0);
        runAskedEarly();
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
            faulted(fitness.faulted(String.valueOf(failure.getMessage()), true));
            return proceed();
        }
        throw unexpected(failure);
    }

    private void giveBack(List<Claim> unstarted) {
        if (!unstarted.isEmpty()) {
            givingBack++;
            around.budget().giveBack(unstarted.size());
            inbox.expectMore();
            pipe(calls.giveBack(unstarted), (ok, failure) -> new GivenBack(unstarted, failure));
        }
    }

    private Behavior<Command> onGivenBack(GivenBack given) {
        if (given.failure() != null) {
            if (!(given.failure() instanceof DatabaseUnavailable)) {
                getContext()
                        .getLog()
                        .error(
                                "task type '{}': claims can't be given back; trying again",
                                taskType.name(),
                                given.failure());
            }
            timers.startSingleTimer(given.claims(), new GiveBackDue(given.claims()), WEATHER_PAUSE);
            return this;
        }
        givingBack--;
        return proceed();
    }

    private Behavior<Command> onGiveBackDue(GiveBackDue due) {
        pipe(calls.giveBack(due.claims()), (ok, failure) -> new GivenBack(due.claims(), failure));
        return this;
    }

    // ------------------------------------------------------------------ its gate

    private Behavior<Command> onGateSaid(GateSaid said) {
        if (said.reply() instanceof ModelGate.Granted granted) {
            onGranted(granted);
        } else if (said.reply() instanceof ModelGate.YieldSlot yield) {
            onYield(yield.leaseId());
        } else if (said.reply() instanceof ModelGate.Closed closed) {
            seat.close(closed.reason());
        }
        return proceed();
    }

    /**
     * A slot is asked back. Whoever wants it again asks before it lets go: one who comes back later counts as a
     * newcomer.
     */
    private void onYield(long leaseId) {
        lanes.yield(leaseId);
        if (lanes.usable() == 0) {
            giveBack(claims.takeUnstarted());
        }
        if (mayClaim() && inbox.more() && !seat.waiting()) {
            seat.request(1);
        }
    }

    private void onGranted(ModelGate.Granted granted) {
        Waiting waiting = waitingForSlots;
        if (!seat.take(granted) || waiting == null) {
            return;
        }
        waitingForSlots = null;
        if (claims.waiting() > 0) {
            inbox.expectMore();
        } else if (mayClaim() && System.nanoTime() - waiting.foundAt() <= FRESH.toNanos()) {
            claimFrom(new Look(taskType, waiting.foundAt(), waiting.wokenAt()), waiting.found());
        } else {
            inbox.wake(waiting.wokenAt());
        }
    }

    // ------------------------------------------------------------------ its runs

    private Behavior<Command> onRunSaid(RunSaid said) {
        if (said.event() instanceof WorkerHost.Started started) {
            Long wokenAt = claims.pickedUp(started.ticketId());
            if (wokenAt != null) {
                counters.pickedUp(Duration.ofNanos(started.atNanos() - wokenAt));
            }
            return this;
        }
        if (said.event() instanceof WorkerHost.ResultIn result) {
            onResult(result);
            return this;
        }
        if (said.event() instanceof WorkerHost.LaneClear clear) {
            lanes.clear(clear.runId());
        } else if (said.event() instanceof LedgerWriter.Recorded recorded) {
            onRecorded(recorded.verdict());
        }
        return proceed();
    }

    private void onResult(WorkerHost.ResultIn result) {
        Duration took = Duration.between(result.run().startedAt(), result.run().finishedAt());
        counters.ran(took);
        ahead.learn(took);
        claims.resultIn(result.ticketId(), result.run());
        if (result.run().outcome() instanceof Outcome.Unrunnable unrunnable) {
            faulted(fitness.unrunnable(unrunnable.error()));
        }
    }

    private void onRecorded(Verdict verdict) {
        ClaimQueue.ByHand asked = claims.recorded(verdict.ticketId());
        if (asked != null) {
            asked.replyTo().tell(TaskTypeReport.report(verdict, asked.run()));
        }
        if (verdict instanceof Verdict.Written written) {
            counters.count(written.status(), System.nanoTime());
            settling.recorded(taskType, written);
            scheduleRetry(written.retryAt());
        } else {
            settling.outdated(); // it may have been written by a commit whose answer was lost
            getContext()
                    .getLog()
                    .warn(
                            "task type '{}': the outcome of ticket {} came too late, its claim is no longer ours",
                            taskType.name(),
                            verdict.ticketId());
        }
    }

    private void scheduleRetry(@Nullable Instant retryAt) {
        if (retryAt == null) {
            return;
        }
        Instant planned = nextRetry;
        if (!timers.isTimerActive("retry") || planned == null || retryAt.isBefore(planned)) {
            nextRetry = retryAt;
            Duration wait = Duration.between(around.ports().clock().now(), retryAt);
            Duration pause = wait.isNegative() ? Duration.ZERO : wait;
            timers.startSingleTimer("retry", new RetryDue(), pause.plusMillis(10));
        }
    }

    // ------------------------------------------------------------------ by hand

    private Behavior<Command> onRunByHand(RunByHand request) {
        InboxShape known = fitness.shape();
        String fault = fitness.fault();
        if (doubtful || known == null && fitness.examining() && fault == null) {
            askedEarly.add(request);
            return this;
        }
        if (known == null || !leaseHeld || retiring) {
            String why = fault != null ? fault : "it claims nothing now";
            request.replyTo().tell(TaskTypeReport.notRun("task type '" + taskType.name() + "': " + why));
            return this;
        }
        claimingByHand++;
        pipe(
                calls.claimByHand(taskType, known, request.subjectId()),
                (claim, failure) -> new ClaimedByHand(request, failure == null ? claim.orElse(null) : null, failure));
        return proceed();
    }

    private Behavior<Command> onClaimedByHand(ClaimedByHand claimed) {
        claimingByHand--;
        Claim claim = claimed.claim();
        RunByHand request = claimed.request();
        if (claim != null) {
            claims.addByHand(claim, request.replyTo());
            if (!leaseHeld) {
                dropWaiting();
            }
            return proceed();
        }
        Throwable failure = claimed.failure();
        doubt(failure);
        String why = failure != null
                ? String.valueOf(failure.getMessage())
                : "subject '" + request.subjectId() + "' is being worked on already (see: turing tickets --subject "
                        + request.subjectId() + ")";
        request.replyTo().tell(TaskTypeReport.notRun(why));
        return proceed();
    }

    // ------------------------------------------------------------------ settling

    private void startSettling(InboxShape known) {
        timers.cancel("settle");
        settling.begin();
        pipe(calls.settle(taskType, known), Settled::new);
    }

    private Behavior<Command> onSettleDue() {
        InboxShape known = fitness.shape();
        if (known != null && settling.due()) {
            startSettling(known);
        }
        return this;
    }

    private Behavior<Command> onSettled(Settled settled) {
        Standing now = settled.standing();
        if (now == null) {
            settling.failed();
            return troubled(settled.failure());
        }
        settling.settled(now);
        scheduleRetry(now.nextRetryAt());
        if (now.stayed() + now.skipped() + now.backingOff() > 0) {
            timers.startSingleTimer("sweep", new SweepDue(), SWEEP_PAUSE);
        }
        return proceed();
    }

    // ------------------------------------------------------------------ status

    private Behavior<Command> onGetStatus(GetStatus request) {
        InboxShape known = fitness.shape();
        if (known == null || !request.counted() || count.fresh()) {
            request.replyTo().tell(status());
        } else if (count.await(request.replyTo())) {
            pipe(
                    calls.count(taskType, known, InboxCount.AT_MOST),
                    (subjects, failure) -> new Counted(failure == null ? subjects : -1));
        }
        return this;
    }

    private Behavior<Command> onCounted(Counted counted) {
        count.counted(counted.inbox());
        count.tell(status());
        return this;
    }

    private TaskTypeStatus status() {
        return TaskTypeReport.status(taskType, state(), count, claims, counters, settling.standing(), inbox);
    }

    private TaskTypeReport.State state() {
        String fault = fitness.fault();
        if (fault != null) {
            return new TaskTypeReport.State("faulted", fault);
        }
        if (retiring) {
            return new TaskTypeReport.State("retiring", null);
        }
        if (paused) {
            return new TaskTypeReport.State("paused", "to go on: turing resume " + taskType.name());
        }
        if (fitness.shape() == null) {
            return new TaskTypeReport.State("starting", null);
        }
        if (claims.held() > 0) {
            return new TaskTypeReport.State("working", null);
        }
        if (!seat.waiting()) {
            return new TaskTypeReport.State("idle", null);
        }
        return seat.closed() != null
                ? new TaskTypeReport.State("blocked", seat.closed())
                : new TaskTypeReport.State("waiting", "for a slot of model '" + taskType.requiresModel() + "'");
    }

    // ------------------------------------------------------------------ answers of blocking calls

    /** Makes a message of a call's answer or failure. */
    private interface Answer<T> {
        Command of(@Nullable T answer, @Nullable Throwable failure);
    }

    private <T> void pipe(CompletionStage<T> call, Answer<T> answer) {
        getContext().pipeToSelf(call, (value, failure) -> answer.of(value, PortCalls.cause(failure)));
    }

    private static RuntimeException unexpected(@Nullable Throwable failure) {
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }
}
