package org.turing.runtime.actors.work;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.FinishedRun.Place;
import org.turing.runtime.domain.Gpu;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.view.RuntimeControl.Answer;

/**
 * Runs scripts on this machine. A run belongs to the host, not to the task-type actor that asked for it: its results go
 * to the ledger writer whatever became of the asker, and a lane is reported clear only when no process is left on it.
 */
public final class WorkerHost extends AbstractBehavior<WorkerHost.Command> {

    /** What a worker host is asked. */
    public sealed interface Command {}

    /**
     * Runs a script on claims: on a batch at once for {@code bulk}, else on one after the other. What has not begun
     * when {@link #HANDED_OVER_FOR} is over goes back to the asker.
     *
     * @param runId the run's name, unique within this process
     * @param taskType what to run
     * @param facts what is known of its script
     * @param claims the subjects; refused unless they are claimed for this host's identity of the moment
     * @param timeout the longest run of one subject
     * @param slot the slot that it runs on, or null without a model
     * @param gpu the card on which that slot is counted, or null
     * @param life which life of the task-type actor asks; refused unless it is the one that joined last
     * @param byHand the tickets that people wait for: they are told all that came of them
     */
    public record StartRun(
            long runId,
            TaskType taskType,
            ScriptFacts facts,
            List<Claim> claims,
            Duration timeout,
            @Nullable SlotId slot,
            @Nullable String gpu,
            UUID life,
            Set<Long> byHand)
            implements Command, Wire {
        public StartRun {
            claims = List.copyOf(claims);
            byHand = Set.copyOf(byHand);
        }
    }

    /**
     * More claims for a run of one after the other, to be begun after those that it has. What it can't go on with goes
     * back to the asker, and so does, as ever, what has not begun in time.
     *
     * @param timeout the longest run of each subject that begins from now on
     */
    public record GoOn(long runId, long taskTypeId, List<Claim> claims, Duration timeout, UUID life, Set<Long> byHand)
            implements Command, Wire {
        public GoOn {
            claims = List.copyOf(claims);
            byHand = Set.copyOf(byHand);
        }
    }

    /** Nothing more begins in a run: what has not begun goes back to the asker. */
    public record BeginNoMore(long runId) implements Command, Wire {}

    /** Tells a gate when no run is left on a slot whose holder was lost; at once if none is. */
    public record ReportWhenClear(String model, long leaseId, ActorRef<ModelGate.Command> replyTo)
            implements Command, Wire {}

    /**
     * A new life of a task-type actor: from now on it alone starts runs of that task type here, and hears of those that
     * run already.
     *
     * @param life names it
     * @param events hears of runs' progress and of the ledger's verdicts
     */
    public record Join(long taskTypeId, UUID life, ActorRef<RunEvent> events, ActorRef<UnderWay> replyTo)
            implements Command, Wire {}

    /** What of a task type is under way here. */
    public record WhatRuns(long taskTypeId, ActorRef<UnderWay> replyTo) implements Command, Wire {}

    /**
     * Asks what of a task type is under way here. The answer comes after everything that was said of it before.
     *
     * @param number repeated in the answer
     */
    public record Check(long taskTypeId, UUID life, long number) implements Command, Wire {}

    /** Looks at a task type's script as it is on this machine, without running it. */
    public record Examine(TaskType taskType, ActorRef<Examined> replyTo) implements Command, Wire {}

    /** What the registry says of models now. */
    public record Models(List<Model> models) implements Command, Wire {
        public Models {
            models = List.copyOf(models);
        }
    }

    /** Tells what this host offers, now and whenever that changes, until the follower ends. */
    public record Follow(ActorRef<Host> follower) implements Command, Wire {}

    private record LookDue() implements Command {}

    /** What a server says it has in memory; nothing if it does not answer. */
    record LoadedSeen(URI server, Set<String> loaded) implements Command {}

    private record Unfollow(ActorRef<Host> follower) implements Command {}

    /** This runtime's identity from now on; 0: it holds no lease. */
    public record Identify(long runtimeId) implements Command {}

    /** A person ends the run of a ticket, whose subject is then set aside; answers whether there was such a run. */
    public record CancelTicket(long ticketId, String reason, ActorRef<Boolean> replyTo) implements Command, Wire {}

    /** Finishes what runs and takes nothing more: the runtime leaves. */
    public record Drain() implements Command {}

    /**
     * A person wants this host to finish what runs and take nothing more, while it stays where it is, or lets it take
     * work again; until that or the end of its process.
     *
     * @param drained false to take work again
     */
    public record SetDrained(boolean drained, ActorRef<Answer> replyTo) implements Command, Wire {}

    /** Ends every run. */
    public record EndAll(String reason) implements Command {}

    /** Says when nothing runs. */
    public record WhenIdle(ActorRef<AllClear> replyTo) implements Command {}

    /** What has no result yet. */
    public record WhatIsLeft(ActorRef<Left> replyTo) implements Command {}

    /** Ends every run and says when none is left. */
    public record ClearAll(String reason, ActorRef<AllClear> replyTo) implements Command {}

    /**
     * @param tickets that are not settled yet: without a result, or with one that is on its way into the ledger
     * @param runIds whose lanes are not clear yet
     */
    public record UnderWay(Set<Long> tickets, Set<Long> runIds) implements Wire {
        public UnderWay {
            tickets = Set.copyOf(tickets);
            runIds = Set.copyOf(runIds);
        }
    }

    /**
     * How a script stands on this machine.
     *
     * @param facts what is known of it, or null if it can't be run
     * @param fault why it can't be run, or null
     */
    public record Examined(
            @Nullable ScriptFacts facts, @Nullable String fault) implements Wire {}

    /**
     * What this machine offers.
     *
     * @param name its name, for tickets and people
     * @param cores how many scripts without a model it runs at a time, for a task type without a {@code scale_limit};
     *     at least 1
     * @param models the models that it may serve; empty: all
     * @param gpus its cards, in the order in which slots go to them
     */
    public record Offer(String name, int cores, Set<String> models, List<Gpu> gpus) {
        public Offer {
            models = Set.copyOf(models);
            gpus = List.copyOf(gpus);
        }
    }

    /** Subjects that scripts are at, one line each. */
    public record Left(List<String> runs) {}

    /** Nothing runs. */
    public record AllClear() {}

    /** Ends a task type's warm workers once idle. */
    public record RetireWorkers(long taskTypeId) implements Command, Wire {}

    private record Begun(long runId, long taskTypeId, long ticketId) implements Command {}

    private record Settled(LedgerWriter.Recorded recorded) implements Command {}

    private record Result(long runId, Claim claim, ScriptHost.Result result, Instant startedAt, Instant finishedAt)
            implements Command {}

    private record Clear(StartRun start) implements Command {}

    private record HandedOverLongAgo(StartRun start, long lastTicket) implements Command {}

    /** What the asker of a run hears. */
    public sealed interface RunEvent extends Wire
            permits Started, ResultIn, LaneClear, NotBegun, Refused, Checked, LedgerWriter.Recorded {}

    /** The script is being handed the subject. */
    public record Started(long ticketId) implements RunEvent {}

    /**
     * A result is there and on its way to the ledger.
     *
     * @param run what came of it; all of it where a person waits for the ticket, else without texts that may be long
     */
    public record ResultIn(long ticketId, FinishedRun run) implements RunEvent {}

    /**
     * The run was not started, and never will be: this host takes nothing more, or its asker, its slot or the identity
     * that it was claimed for has been given up here.
     */
    public record Refused(long runId) implements RunEvent {}

    /** These tickets have not begun, and will not in that run, for the time being or any more. */
    public record NotBegun(long runId, Set<Long> tickets) implements RunEvent {
        public NotBegun {
            tickets = Set.copyOf(tickets);
        }
    }

    /** What is under way, for a {@link Check} of that number. */
    public record Checked(long number, UnderWay underWay) implements RunEvent {}

    /** The run is over and its lane is clear. */
    public record LaneClear(long runId) implements RunEvent {}

    /** A slot by its model and lease. */
    public record SlotId(String model, long leaseId) {}

    /** A run that never began. */
    private record OverAtOnce() implements ScriptHost.Run {
        @Override
        public CompletionStage<Void> clear() {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public boolean goOnWith(List<Claim> claims, Duration timeout) {
            return false;
        }

        @Override
        public List<Claim> leaveRest() {
            return List.of();
        }

        @Override
        public void cancel(String reason) {
            // it is over
        }
    }

    /**
     * Subjects wait so long for those before them in a run: one of these may take minutes, and another lane may be
     * free.
     */
    static final Duration HANDED_OVER_FOR = Duration.ofMillis(500);

    /** Where the hosts of a cluster are found. */
    public static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "worker-host");

    private final ScriptHost scripts;
    private final DatabaseClock clock;
    private final Offer offer;
    private final ActorRef<LedgerWriter.Command> ledger;
    private final RunsUnderWay running = new RunsUnderWay();
    private final SlotWatch slots = new SlotWatch(running);
    private final LoadedModels loaded;
    private final Askers askers = new Askers();
    private final List<ActorRef<AllClear>> idleWatchers = new ArrayList<>();
    private final Set<Long> cancelledByHand = new HashSet<>();
    private final Set<ActorRef<Host>> followers = new LinkedHashSet<>();
    private final ActorRef<RunEvent> verdicts;
    private final Consumer<List<Model>> models;
    private final Blocking blocking;
    private long runtimeId;
    private boolean leaving;
    private boolean drained;

    /**
     * @param offer what this machine offers
     * @param models told what the registry says of models
     */
    public static Behavior<Command> create(
            ScriptHost scripts,
            DatabaseClock clock,
            Offer offer,
            ActorRef<LedgerWriter.Command> ledger,
            Consumer<List<Model>> models) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(new LookDue(), LoadedModels.LOOK_EVERY);
            return new WorkerHost(context, scripts, clock, offer, ledger, models);
        }));
    }

    private WorkerHost(
            ActorContext<Command> context,
            ScriptHost scripts,
            DatabaseClock clock,
            Offer offer,
            ActorRef<LedgerWriter.Command> ledger,
            Consumer<List<Model>> models) {
        super(context);
        context.setLoggerName(WorkerHost.class);
        this.scripts = scripts;
        this.clock = clock;
        this.offer = offer;
        this.ledger = ledger;
        this.models = models;
        this.blocking = Blocking.scripts(context.getSystem());
        this.loaded = new LoadedModels(context, running);
        this.verdicts = context.messageAdapter(RunEvent.class, event -> new Settled((LedgerWriter.Recorded) event));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(StartRun.class, this::onStartRun)
                .onMessage(Result.class, this::onResult)
                .onMessage(Clear.class, this::onClear)
                .onMessage(HandedOverLongAgo.class, this::onHandedOverLongAgo)
                .onMessage(GoOn.class, this::onGoOn)
                .onMessage(BeginNoMore.class, this::onBeginNoMore)
                .onMessage(ReportWhenClear.class, this::onReportWhenClear)
                .onMessage(Join.class, this::onJoin)
                .onMessage(WhatRuns.class, this::onWhatRuns)
                .onMessage(Check.class, this::onCheck)
                .onMessage(Examine.class, this::onExamine)
                .onMessage(Models.class, this::onModels)
                .onMessage(LookDue.class, m -> loaded.look() ? tellFollowers() : this)
                .onMessage(LoadedSeen.class, seen -> loaded.seen(seen) ? tellFollowers() : this)
                .onMessage(Follow.class, this::onFollow)
                .onMessage(Unfollow.class, this::onUnfollow)
                .onMessage(Identify.class, this::onIdentify)
                .onMessage(Begun.class, this::onBegun)
                .onMessage(Settled.class, this::onSettled)
                .onMessage(CancelTicket.class, this::onCancelTicket)
                .onMessage(Drain.class, m -> onDrain())
                .onMessage(SetDrained.class, this::onSetDrained)
                .onMessage(EndAll.class, this::onEndAll)
                .onMessage(ClearAll.class, this::onClearAll)
                .onMessage(WhenIdle.class, this::onWhenIdle)
                .onMessage(WhatIsLeft.class, this::onWhatIsLeft)
                .onMessage(RetireWorkers.class, this::onRetireWorkers)
                .build();
    }

    // ---------------------------------------------------------------- what it offers

    private Behavior<Command> onIdentify(Identify now) {
        runtimeId = now.runtimeId();
        return tellFollowers();
    }

    private Behavior<Command> onDrain() {
        leaving = true;
        return tellFollowers();
    }

    private Behavior<Command> onSetDrained(SetDrained request) {
        drained = request.drained();
        String name = "node '" + offer.name() + "' ";
        if (leaving) {
            request.replyTo().tell(new Answer(drained, name + "leaves, and takes nothing more"));
            return this;
        }
        getContext().getLog().info("{} by a person's wish", drained ? "takes nothing more" : "takes work again");
        request.replyTo()
                .tell(new Answer(
                        true, name + (drained ? "finishes what runs and takes nothing more" : "takes work again")));
        return tellFollowers();
    }

    private boolean draining() {
        return leaving || drained;
    }

    private Behavior<Command> tellFollowers() {
        followers.forEach(follower -> follower.tell(asOthersSeeIt()));
        return this;
    }

    private Behavior<Command> onFollow(Follow request) {
        if (followers.add(request.follower())) {
            getContext().watchWith(request.follower(), new Unfollow(request.follower()));
        }
        request.follower().tell(asOthersSeeIt());
        return this;
    }

    private Behavior<Command> onUnfollow(Unfollow gone) {
        followers.remove(gone.follower());
        return this;
    }

    private Host asOthersSeeIt() {
        return new Host(
                runtimeId,
                offer.name(),
                offer.cores(),
                offer.models(),
                offer.gpus().stream().map(Gpu::name).toList(),
                offer.gpus().stream().collect(Collectors.toMap(Gpu::name, Gpu::memory)),
                loaded.now(),
                draining(),
                getContext().getSelf());
    }

    private Behavior<Command> onModels(Models now) {
        models.accept(now.models());
        return loaded.follow(now.models()) ? tellFollowers() : this;
    }

    private Behavior<Command> onExamine(Examine request) {
        blocking.call(() -> scripts.examine(request.taskType()))
                .whenComplete((facts, failure) -> request.replyTo()
                        .tell(new Examined(
                                facts,
                                failure == null
                                        ? null
                                        : String.valueOf(cause(failure).getMessage()))));
        return this;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    // ---------------------------------------------------------------- runs

    private Behavior<Command> onJoin(Join join) {
        askers.join(join);
        join.replyTo().tell(underWay(join.taskTypeId()));
        return this;
    }

    private Behavior<Command> onWhatRuns(WhatRuns request) {
        request.replyTo().tell(underWay(request.taskTypeId()));
        return this;
    }

    private Behavior<Command> onCheck(Check check) {
        if (askers.serves(check.taskTypeId(), check.life())) {
            askers.tell(check.taskTypeId(), new Checked(check.number(), underWay(check.taskTypeId())));
        }
        return this;
    }

    private UnderWay underWay(long taskTypeId) {
        UnderWay runs = running.of(taskTypeId);
        Set<Long> tickets = askers.beingWritten(taskTypeId);
        tickets.addAll(runs.tickets());
        return new UnderWay(tickets, runs.runIds());
    }

    /**
     * Whether a run may not begin: nothing does any more, or nobody stands for it, as it comes from an earlier life,
     * its slot was reported clear, or it was claimed for an identity that this host has no more and somebody may have
     * rescued it.
     */
    private boolean late(long taskTypeId, UUID life, @Nullable SlotId slot, List<Claim> claims) {
        return draining()
                || !askers.serves(taskTypeId, life)
                || slots.cleared(slot)
                || claims.stream().anyMatch(claim -> claim.runtimeId() != runtimeId);
    }

    private Behavior<Command> onStartRun(StartRun start) {
        if (late(start.taskType().id(), start.life(), start.slot(), start.claims())) {
            askers.tell(start.taskType().id(), new Refused(start.runId()));
            return this;
        }
        ScriptHost.Run run = run(start, new Relay(start));
        running.add(start, run);
        ActorRef<Command> self = getContext().getSelf();
        run.clear().whenComplete((done, failure) -> self.tell(new Clear(start)));
        if (start.claims().size() > 1 && start.facts().executionType() != ExecutionType.BULK) {
            watchHandOver(start, start.claims());
        }
        return this;
    }

    private Behavior<Command> onGoOn(GoOn more) {
        StartRun start = running.start(more.runId());
        if (start != null && !late(more.taskTypeId(), more.life(), start.slot(), more.claims()) && running.goOn(more)) {
            watchHandOver(start, more.claims());
        } else {
            Set<Long> tickets = more.claims().stream().map(Claim::ticketId).collect(Collectors.toSet());
            askers.tell(more.taskTypeId(), new NotBegun(more.runId(), tickets));
        }
        return this;
    }

    private void watchHandOver(StartRun start, List<Claim> claims) {
        long last = claims.get(claims.size() - 1).ticketId();
        getContext().scheduleOnce(HANDED_OVER_FOR, getContext().getSelf(), new HandedOverLongAgo(start, last));
    }

    private Behavior<Command> onHandedOverLongAgo(HandedOverLongAgo handed) {
        if (running.waits(handed.start().runId(), handed.lastTicket())) {
            leaveRest(handed.start());
        }
        return this;
    }

    private Behavior<Command> onBeginNoMore(BeginNoMore request) {
        StartRun start = running.start(request.runId());
        if (start != null) {
            leaveRest(start);
        }
        return this;
    }

    private void leaveRest(StartRun start) {
        Set<Long> rest = running.leaveRest(start.runId());
        if (!rest.isEmpty()) {
            askers.tell(start.taskType().id(), new NotBegun(start.runId(), rest));
        }
    }

    /** Telling a run to end writes to a process, which may keep us waiting. */
    private void cancel(ScriptHost.Run run, String reason) {
        apart("a run could not be ended", () -> run.cancel(reason));
    }

    private void apart(String failing, Runnable call) {
        Logger log = getContext().getLog();
        blocking.call(Executors.callable(call)).whenComplete((done, failure) -> {
            if (failure != null) {
                log.error("{}", failing, failure);
            }
        });
    }

    private ScriptHost.Run run(StartRun start, ScriptHost.Listener listener) {
        try {
            return scripts.run(start.taskType(), start.claims(), start.gpu(), start.timeout(), listener);
        } catch (RuntimeException failure) {
            getContext()
                    .getLog()
                    .error(
                            "task type '{}': its script could not be started",
                            start.taskType().name(),
                            failure);
            Outcome outcome = new Outcome.Unrunnable(Environment.SCRIPT, "the script could not be started: " + failure);
            start.claims()
                    .forEach(c -> listener.finished(c, new ScriptHost.Result(outcome, FinishedRun.RunLog.EMPTY, null)));
            return new OverAtOnce();
        }
    }

    private Behavior<Command> onBegun(Begun begun) {
        running.begun(begun.runId(), begun.ticketId());
        askers.tell(begun.taskTypeId(), new Started(begun.ticketId()));
        return this;
    }

    private Behavior<Command> onResult(Result result) {
        RunsUnderWay.Finished ended =
                running.finish(result.runId(), result.claim().ticketId());
        if (ended == null) {
            return this;
        }
        StartRun start = ended.start();
        ScriptFacts ran = result.result().facts();
        ScriptFacts facts = ran == null ? start.facts() : ran;
        FinishedRun finished = new FinishedRun(
                result.claim(),
                outcome(result),
                result.startedAt(),
                result.finishedAt(),
                result.result().log(),
                new Place(offer.name(), start.gpu(), facts.scriptHash()),
                facts.warning());
        long ticketId = result.claim().ticketId();
        // The asker first: it must know the result before it can hear that the ledger has settled it.
        askers.tell(start.taskType().id(), new ResultIn(ticketId, ended.byHand() ? finished : finished.brief()));
        askers.writing(start.taskType().id(), ticketId);
        ledger.tell(new LedgerWriter.Write(new TicketLedger.Entry(start.taskType(), finished), verdicts));
        return this;
    }

    private Behavior<Command> onSettled(Settled settled) {
        askers.settled(settled.recorded());
        return this;
    }

    private Outcome outcome(Result result) {
        boolean byHand = cancelledByHand.remove(result.claim().ticketId());
        return byHand && result.result().outcome() instanceof Outcome.Cancelled cancelled
                ? new Outcome.Cancelled(cancelled.reason(), true)
                : result.result().outcome();
    }

    private Behavior<Command> onClear(Clear clear) {
        StartRun start = clear.start();
        leaveRest(start);
        if (running.remove(start.runId())) {
            loaded.ended(start.slot());
            askers.tell(start.taskType().id(), new LaneClear(start.runId()));
            slots.report();
            reportAllClear();
        }
        return this;
    }

    private Behavior<Command> onClearAll(ClearAll request) {
        endAll(request.reason());
        return whenIdle(request.replyTo());
    }

    private void reportAllClear() {
        if (running.isEmpty()) {
            idleWatchers.forEach(watcher -> watcher.tell(new AllClear()));
            idleWatchers.clear();
        }
    }

    private Behavior<Command> onWhenIdle(WhenIdle request) {
        return whenIdle(request.replyTo());
    }

    private Behavior<Command> whenIdle(ActorRef<AllClear> watcher) {
        idleWatchers.add(watcher);
        reportAllClear();
        return this;
    }

    private Behavior<Command> onWhatIsLeft(WhatIsLeft request) {
        request.replyTo().tell(new Left(running.left()));
        return this;
    }

    private Behavior<Command> onReportWhenClear(ReportWhenClear request) {
        slots.watch(request);
        return this;
    }

    private Behavior<Command> onCancelTicket(CancelTicket request) {
        running.startsAt(request.ticketId()).forEach(this::leaveRest); // they are not meant
        List<ScriptHost.Run> concerned = running.at(request.ticketId());
        if (!concerned.isEmpty()) {
            cancelledByHand.add(request.ticketId());
        }
        concerned.forEach(run -> cancel(run, request.reason()));
        request.replyTo().tell(!concerned.isEmpty());
        return this;
    }

    private Behavior<Command> onEndAll(EndAll request) {
        endAll(request.reason());
        return this;
    }

    private void endAll(String reason) {
        running.starts().forEach(this::leaveRest);
        running.all().forEach(run -> cancel(run, reason));
    }

    private Behavior<Command> onRetireWorkers(RetireWorkers request) {
        apart("warm workers could not be retired", () -> scripts.retire(request.taskTypeId()));
        return this;
    }

    /** Carries what the script host's threads report into this actor, with the times at which it happened. */
    private final class Relay implements ScriptHost.Listener {
        private final StartRun start;
        private final ActorRef<Command> self = getContext().getSelf();
        private final Map<Long, Instant> startedAt = new ConcurrentHashMap<>();

        Relay(StartRun start) {
            this.start = start;
        }

        @Override
        public void started(Claim claim) {
            startedAt.put(claim.ticketId(), clock.now());
            self.tell(new Begun(start.runId(), start.taskType().id(), claim.ticketId()));
        }

        @Override
        public void finished(Claim claim, ScriptHost.Result result) {
            Instant now = clock.now();
            Instant began = startedAt.remove(claim.ticketId());
            self.tell(new Result(start.runId(), claim, result, began == null ? now : began, now));
        }
    }
}
