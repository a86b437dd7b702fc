package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.pace.ShortRuns;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.TicketLedger.Verdict;

/** Starts what is claimed on the lanes, and hears what becomes of it. Owned by one task-type actor. */
final class Runs {

    /**
     * Names runs: one life of an actor must not take the end of another life's run for that of its own. Begins
     * anywhere, as other nodes name runs too.
     */
    private static final AtomicLong NUMBERS =
            new AtomicLong(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2));

    private final Duty duty;
    private final Errands errands;
    private final Barrier barrier;
    private final RunLimit limit;
    private final Lanes lanes;
    private final ClaimQueue claims;
    private final Intake intake;
    private final Settling settling;
    private final TaskTypeCounters counters;
    private final Hosting hosting;
    private final ClaimReturns returns;
    private final HandedOver handed = new HandedOver();
    private ShortRuns shortRuns = new ShortRuns();

    Runs(
            Tools tools,
            Lanes lanes,
            ClaimQueue claims,
            Intake intake,
            Settling settling,
            TaskTypeCounters counters,
            Hosting hosting,
            ClaimReturns returns) {
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.barrier = tools.barrier();
        this.limit = tools.limit();
        this.lanes = lanes;
        this.claims = claims;
        this.intake = intake;
        this.settling = settling;
        this.counters = counters;
        this.hosting = hosting;
        this.returns = returns;
    }

    /** The registration changed: nothing is known of how long a run takes, and none goes on under the earlier one. */
    void startAfresh() {
        shortRuns = new ShortRuns();
        handed.all().forEach(this::close);
    }

    /** What an earlier life started keeps its lanes. */
    void adopt(Host host, Set<Long> runIds) {
        lanes.adopt(host.workers(), host.runtimeId(), runIds);
    }

    /** Whether nothing runs, for this life or an earlier one. */
    boolean none() {
        return hosting.allMet() && lanes.running() == 0;
    }

    /** Starts whatever can be started now. */
    void start() {
        if (!hosting.allMet()) {
            return; // what an earlier life started takes lanes
        }
        boolean free = duty.fitness().shape() != null && !duty.paused() && barrier.letsStart();
        closeWhatMayNotGoOn(free && duty.atWork());
        for (long runtimeId : claims.waitingFor(!free)) {
            ScriptFacts facts = hosting.facts(runtimeId);
            Lanes.Lane lane = lanes.free(runtimeId);
            while (facts != null && lane != null && mayStartAnother()) {
                List<Claim> next = claims.take(together(runtimeId), runtimeId, !free);
                if (next.isEmpty()) {
                    break;
                }
                startOn(lane, next, facts);
                lane = lanes.free(runtimeId);
            }
        }
        if (free) {
            handed.all().forEach(this::goOn);
        }
    }

    private void closeWhatMayNotGoOn(boolean free) {
        handed.all().stream()
                .filter(run -> !free
                        || tooMany()
                        || !lanes.goesOn(run.lane())
                        || !hosting.usable().containsKey(run.lane().runtimeId()))
                .forEach(this::close);
    }

    /** Nothing more begins in that run. */
    private void close(HandedOver.Run run) {
        if (run.close()) {
            run.workers().tell(new WorkerHost.BeginNoMore(run.id()));
        }
    }

    /** Hands a run more before it has none, if there is enough for every lane. */
    private void goOn(HandedOver.Run run) {
        int ahead = hosting.scripts().bulk() || !run.goesOn() ? 0 : shortRuns.ahead();
        if (run.waiting() > ahead / 2) {
            return;
        }
        long runtimeId = run.lane().runtimeId();
        int count = Math.min(ahead - run.waiting(), share(runtimeId));
        List<Claim> more = count > 0 ? claims.take(count, runtimeId, false) : List.of();
        if (!more.isEmpty()) {
            handed.more(run, more);
            run.workers()
                    .tell(new WorkerHost.GoOn(
                            run.id(),
                            duty.taskType().id(),
                            more,
                            limit.timeout(),
                            hosting.life(),
                            claims.byHandOf(more)));
        }
    }

    /**
     * How many subjects the next lane on a host is handed: what is short is handed over together, if it lasts for all.
     */
    private int together(long runtimeId) {
        if (hosting.scripts().bulk()) {
            return duty.taskType().batchSize();
        }
        return Math.max(1, Math.min(shortRuns.together(), share(runtimeId)));
    }

    /** How many of those that wait each lane of that host could have. */
    private int share(long runtimeId) {
        return claims.waiting(runtimeId) / Math.max(1, lanes.usable(runtimeId));
    }

    private boolean mayStartAnother() {
        Integer most = duty.taskType().scaleLimit();
        // a slot that was asked back may still be at work when another one is granted
        return most == null || lanes.running() < most;
    }

    private boolean tooMany() {
        Integer most = duty.taskType().scaleLimit();
        return most != null && lanes.running() > most;
    }

    private void startOn(Lanes.Lane lane, List<Claim> next, ScriptFacts facts) {
        long runId = NUMBERS.getAndIncrement();
        Host host = hosting.host(lane.runtimeId());
        lanes.occupy(runId, host.workers(), lane);
        handed.start(runId, host.workers(), lane, next);
        Lanes.HeldSlot slot = lane.slot();
        host.workers()
                .tell(new WorkerHost.StartRun(
                        runId,
                        duty.taskType(),
                        facts,
                        next,
                        limit.timeout(),
                        slot == null ? null : new WorkerHost.SlotId(slot.model(), slot.leaseId()),
                        slot == null ? null : slot.gpu(),
                        hosting.life(),
                        claims.byHandOf(next)));
    }

    /** Returns whether something else can be begun after that. */
    boolean onSaid(WorkerHost.RunEvent event) {
        if (event instanceof WorkerHost.Started started) {
            return onStarted(started);
        }
        if (event instanceof WorkerHost.ResultIn result) {
            onResult(result);
            return false;
        }
        if (event instanceof WorkerHost.LaneClear clear) {
            lanes.clear(clear.runId());
            handed.over(clear.runId());
        } else if (event instanceof WorkerHost.NotBegun rest) {
            onNotBegun(rest);
        } else if (event instanceof WorkerHost.Refused refused) {
            takeBack(lost(refused.runId()));
            intake.giveBackStranded();
        } else if (event instanceof WorkerHost.Checked checked) {
            onChecked(hosting.onChecked(checked, lanes));
        } else if (event instanceof LedgerWriter.Recorded recorded) {
            onRecorded(recorded.verdict());
        }
        return true;
    }

    private void takeBack(List<Claim> notRun) {
        hosting.returned(notRun.stream().map(Claim::ticketId).collect(Collectors.toSet()));
        returns.refused(notRun);
    }

    private List<Claim> lost(long runId) {
        lanes.clear(runId);
        return handed.remove(runId);
    }

    private void onNotBegun(WorkerHost.NotBegun rest) {
        Set<Long> unknown = new HashSet<>(rest.tickets());
        takeBack(handed.notBegun(rest.runId(), unknown));
        returns.doubt(unknown); // an earlier life handed them over
        intake.onNotBegun();
    }

    private void onChecked(Hosting.Missing missing) {
        missing.runs().forEach(this::lost);
        if (!missing.tickets().isEmpty()) {
            errands.log()
                    .warn(
                            "task type '{}': messages about {} ticket(s) were lost on the way; they are looked up in the"
                                    + " ledger",
                            duty.taskType().name(),
                            missing.tickets().size());
            missing.tickets().forEach(handed::ended);
            returns.doubt(missing.tickets());
            settling.outdated();
        }
    }

    /** That host is gone. Returns the slots that things ran on there. */
    List<Lanes.HeldSlot> lose(ActorRef<WorkerHost.Command> workers) {
        handed.lose(workers);
        return lanes.lose(workers);
    }

    private boolean onStarted(WorkerHost.Started started) {
        Long wokenAt = claims.pickedUp(started.ticketId());
        if (wokenAt != null) {
            counters.pickedUp(Duration.ofNanos(System.nanoTime() - wokenAt));
        }
        HandedOver.Run run = handed.begun(started.ticketId());
        return run != null
                && run.waiting() <= shortRuns.ahead() / 2
                && share(run.lane().runtimeId()) > 0;
    }

    private void onResult(WorkerHost.ResultIn result) {
        handed.ended(result.ticketId());
        Duration took = Duration.between(result.run().startedAt(), result.run().finishedAt());
        counters.ran(took);
        intake.learn(took);
        shortRuns.learn(took);
        limit.ran(result.ticketId(), result.run().outcome());
        claims.resultIn(result.ticketId(), result.run());
        barrier.ran(result.run());
        duty.fitness().ran(result.run().warning());
    }

    private void onRecorded(Verdict verdict) {
        handed.ended(verdict.ticketId());
        ClaimQueue.ByHand asked = claims.recorded(verdict.ticketId());
        if (asked != null) {
            asked.replyTo().tell(TaskTypeReport.report(verdict, asked.run()));
        }
        settling.recorded(verdict);
        limit.recorded(verdict);
        if (verdict instanceof Verdict.Written written) {
            counters.count(written.status(), System.nanoTime());
        } else {
            errands.log()
                    .warn(
                            "task type '{}': the outcome of ticket {} came too late, its claim is no longer ours",
                            duty.taskType().name(),
                            verdict.ticketId());
        }
    }
}
