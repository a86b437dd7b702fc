package org.turing.runtime.actors.work;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.FinishedRun.Place;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.TicketLedger;

/**
 * Runs scripts on this machine. A run belongs to the host, not to the task-type actor that asked for it: its results go
 * to the ledger writer whatever became of the asker, and a lane is reported clear only when no process is left on it.
 */
public final class WorkerHost extends AbstractBehavior<WorkerHost.Command> {

    /** What a worker host is asked. */
    public sealed interface Command {}

    /**
     * Runs a script on one claim, or on a batch for {@code bulk}.
     *
     * @param runId the run's name, unique within this process
     * @param taskType what to run
     * @param facts what is known of its script
     * @param claims the subjects
     * @param timeout the longest run of one subject
     * @param slot the slot that it runs on, or null without a model
     * @param replyTo hears of the run's progress and of the ledger's verdicts
     */
    public record StartRun(
            long runId,
            TaskType taskType,
            ScriptFacts facts,
            List<Claim> claims,
            Duration timeout,
            @Nullable SlotId slot,
            ActorRef<RunEvent> replyTo)
            implements Command {}

    /** Tells a gate when no run is left on a slot whose holder was lost; at once if none is. */
    public record ReportWhenClear(String model, long leaseId, ActorRef<ModelGate.Command> replyTo) implements Command {}

    /** What of a task type is running here. */
    public record WhatRuns(long taskTypeId, ActorRef<UnderWay> replyTo) implements Command {}

    /** A person ends the run of a ticket, whose subject is then set aside; answers whether there was such a run. */
    public record CancelTicket(long ticketId, String reason, ActorRef<Boolean> replyTo) implements Command {}

    /** Ends every run, and whatever is started from now on. */
    public record EndAll(String reason) implements Command {}

    /** Says when nothing runs. */
    public record WhenIdle(ActorRef<AllClear> replyTo) implements Command {}

    /** What has no result yet. */
    public record WhatIsLeft(ActorRef<Left> replyTo) implements Command {}

    /** Ends every run and says when none is left; until then whatever is started is ended at once. */
    public record ClearAll(String reason, ActorRef<AllClear> replyTo) implements Command {}

    /**
     * @param tickets that have no result yet
     * @param runIds whose lanes are not clear yet
     */
    public record UnderWay(Set<Long> tickets, Set<Long> runIds) {}

    /** Subjects that scripts are at, one line each. */
    public record Left(List<String> runs) {}

    /** Nothing runs. */
    public record AllClear() {}

    /** Ends a task type's warm workers once idle. */
    public record RetireWorkers(long taskTypeId) implements Command {}

    private record Result(long runId, Claim claim, ScriptHost.Result result, Instant startedAt, Instant finishedAt)
            implements Command {}

    private record Clear(long runId) implements Command {}

    /** What the asker of a run hears. */
    public sealed interface RunEvent permits Started, ResultIn, LaneClear, LedgerWriter.Recorded {}

    /** The script is being handed the subject. */
    public record Started(long ticketId, long atNanos) implements RunEvent {}

    /** A result is there and on its way to the ledger. */
    public record ResultIn(long ticketId, FinishedRun run) implements RunEvent {}

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
        public void cancel(String reason) {
            // it is over
        }
    }

    private record Watcher(SlotId slot, ActorRef<ModelGate.Command> gate) {}

    private final ScriptHost scripts;
    private final DatabaseClock clock;
    private final String host;
    private final ActorRef<LedgerWriter.Command> ledger;
    private final RunsUnderWay running = new RunsUnderWay();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<ClearAll> clearing = new ArrayList<>();
    private final List<ActorRef<AllClear>> idleWatchers = new ArrayList<>();
    private final Set<Long> cancelledByHand = new HashSet<>();
    private final Blocking blocking;
    private @Nullable String endedFor;

    /** @param host this machine's name, for tickets */
    public static Behavior<Command> create(
            ScriptHost scripts, DatabaseClock clock, String host, ActorRef<LedgerWriter.Command> ledger) {
        return Behaviors.setup(context -> new WorkerHost(context, scripts, clock, host, ledger));
    }

    private WorkerHost(
            ActorContext<Command> context,
            ScriptHost scripts,
            DatabaseClock clock,
            String host,
            ActorRef<LedgerWriter.Command> ledger) {
        super(context);
        context.setLoggerName(WorkerHost.class);
        this.scripts = scripts;
        this.clock = clock;
        this.host = host;
        this.ledger = ledger;
        this.blocking = Blocking.scripts(context.getSystem());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(StartRun.class, this::onStartRun)
                .onMessage(Result.class, this::onResult)
                .onMessage(Clear.class, this::onClear)
                .onMessage(ReportWhenClear.class, this::onReportWhenClear)
                .onMessage(WhatRuns.class, this::onWhatRuns)
                .onMessage(CancelTicket.class, this::onCancelTicket)
                .onMessage(EndAll.class, this::onEndAll)
                .onMessage(ClearAll.class, this::onClearAll)
                .onMessage(WhenIdle.class, this::onWhenIdle)
                .onMessage(WhatIsLeft.class, this::onWhatIsLeft)
                .onMessage(RetireWorkers.class, this::onRetireWorkers)
                .build();
    }

    private Behavior<Command> onStartRun(StartRun start) {
        ScriptHost.Run run = run(start, new Relay(start));
        running.add(start, run);
        ActorRef<Command> self = getContext().getSelf();
        run.clear().whenComplete((done, failure) -> self.tell(new Clear(start.runId())));
        String reason = clearing.isEmpty() ? endedFor : clearing.get(0).reason();
        if (reason != null) {
            cancel(run, reason);
        }
        return this;
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
            return scripts.run(start.taskType(), start.claims(), start.timeout(), listener);
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

    private Behavior<Command> onResult(Result result) {
        StartRun start = running.finish(result.runId(), result.claim().ticketId());
        if (start == null) {
            return this;
        }
        ScriptFacts ran = result.result().facts();
        ScriptFacts facts = ran == null ? start.facts() : ran;
        FinishedRun finished = new FinishedRun(
                result.claim(),
                outcome(result),
                result.startedAt(),
                result.finishedAt(),
                result.result().log(),
                new Place(host, null, facts.scriptHash()),
                facts.warning());
        // The asker first: it must know the result before it can hear that the ledger has settled it.
        start.replyTo().tell(new ResultIn(result.claim().ticketId(), finished));
        ledger.tell(new LedgerWriter.Write(new TicketLedger.Entry(start.taskType(), finished), start.replyTo()));
        return this;
    }

    private Outcome outcome(Result result) {
        boolean byHand = cancelledByHand.remove(result.claim().ticketId());
        return byHand && result.result().outcome() instanceof Outcome.Cancelled cancelled
                ? new Outcome.Cancelled(cancelled.reason(), true)
                : result.result().outcome();
    }

    private Behavior<Command> onClear(Clear clear) {
        StartRun start = running.remove(clear.runId());
        if (start != null) {
            start.replyTo().tell(new LaneClear(start.runId()));
            reportCleared();
            reportAllClear();
        }
        return this;
    }

    private Behavior<Command> onClearAll(ClearAll request) {
        clearing.add(request);
        running.all().forEach(run -> cancel(run, request.reason()));
        reportAllClear();
        return this;
    }

    private void reportAllClear() {
        if (running.isEmpty()) {
            clearing.forEach(request -> request.replyTo().tell(new AllClear()));
            clearing.clear();
            idleWatchers.forEach(watcher -> watcher.tell(new AllClear()));
            idleWatchers.clear();
        }
    }

    private Behavior<Command> onWhenIdle(WhenIdle request) {
        idleWatchers.add(request.replyTo());
        reportAllClear();
        return this;
    }

    private Behavior<Command> onWhatIsLeft(WhatIsLeft request) {
        request.replyTo().tell(new Left(running.left()));
        return this;
    }

    private Behavior<Command> onReportWhenClear(ReportWhenClear request) {
        watchers.add(new Watcher(new SlotId(request.model(), request.leaseId()), request.replyTo()));
        reportCleared();
        return this;
    }

    private void reportCleared() {
        watchers.removeIf(watcher -> {
            boolean busy = running.on(watcher.slot());
            if (!busy) {
                watcher.gate().tell(new ModelGate.LaneCleared(watcher.slot().leaseId()));
            }
            return !busy;
        });
    }

    private Behavior<Command> onWhatRuns(WhatRuns request) {
        request.replyTo().tell(running.of(request.taskTypeId()));
        return this;
    }

    private Behavior<Command> onCancelTicket(CancelTicket request) {
        List<ScriptHost.Run> concerned = running.at(request.ticketId());
        if (!concerned.isEmpty()) {
            cancelledByHand.add(request.ticketId());
        }
        concerned.forEach(run -> cancel(run, request.reason()));
        request.replyTo().tell(!concerned.isEmpty());
        return this;
    }

    private Behavior<Command> onEndAll(EndAll request) {
        endedFor = request.reason();
        running.all().forEach(run -> cancel(run, request.reason()));
        return this;
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
            start.replyTo().tell(new Started(claim.ticketId(), System.nanoTime()));
        }

        @Override
        public void finished(Claim claim, ScriptHost.Result result) {
            Instant now = clock.now();
            self.tell(new Result(start.runId(), claim, result, startedAt.getOrDefault(claim.ticketId(), now), now));
        }
    }
}
