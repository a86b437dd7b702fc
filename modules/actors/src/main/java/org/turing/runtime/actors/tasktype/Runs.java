package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
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
    private final Map<Long, List<Claim>> started = new HashMap<>();
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

    /** The registration changed: nothing is known of how long a run takes. */
    void startAfresh() {
        shortRuns = new ShortRuns();
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
    }

    /**
     * How many subjects the next lane on a host is handed: what is short is handed over together, if it lasts for all.
     */
    private int together(long runtimeId) {
        if (hosting.scripts().bulk()) {
            return duty.taskType().batchSize();
        }
        int share = claims.waiting(runtimeId) / Math.max(1, lanes.usable(runtimeId));
        return Math.max(1, Math.min(shortRuns.together(), share));
    }

    private boolean mayStartAnother() {
        Integer most = duty.taskType().scaleLimit();
        // a slot that was asked back may still be at work when another one is granted
        return most == null || lanes.running() < most;
    }

    private void startOn(Lanes.Lane lane, List<Claim> next, ScriptFacts facts) {
        long runId = NUMBERS.getAndIncrement();
        Host host = hosting.host(lane.runtimeId());
        lanes.occupy(runId, host.workers(), lane);
        started.put(runId, next);
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
            onStarted(started);
            return false;
        }
        if (event instanceof WorkerHost.ResultIn result) {
            onResult(result);
            return false;
        }
        if (event instanceof WorkerHost.LaneClear clear) {
            over(clear.runId());
        } else if (event instanceof WorkerHost.NotBegun rest) {
            onNotBegun(rest);
        } else if (event instanceof WorkerHost.Refused refused) {
            returns.refused(over(refused.runId()));
            intake.giveBackStranded();
        } else if (event instanceof WorkerHost.Checked checked) {
            onChecked(hosting.onChecked(checked));
        } else if (event instanceof LedgerWriter.Recorded recorded) {
            onRecorded(recorded.verdict());
        }
        return true;
    }

    private List<Claim> over(long runId) {
        lanes.clear(runId);
        List<Claim> claimed = started.remove(runId);
        return claimed == null ? List.of() : claimed;
    }

    private void onNotBegun(WorkerHost.NotBegun rest) {
        Set<Long> unknown = new HashSet<>(rest.tickets());
        List<Claim> ours = started.getOrDefault(rest.runId(), List.of()).stream()
                .filter(claim -> unknown.remove(claim.ticketId()))
                .toList();
        returns.refused(ours);
        returns.doubt(unknown); // an earlier life handed them over
        intake.giveBackStranded();
    }

    private void onChecked(Hosting.Missing missing) {
        missing.runs().forEach(this::over);
        if (!missing.tickets().isEmpty()) {
            errands.log()
                    .warn(
                            "task type '{}': messages about {} ticket(s) were lost on the way; they are looked up in the"
                                    + " ledger",
                            duty.taskType().name(),
                            missing.tickets().size());
            returns.doubt(missing.tickets());
            settling.outdated();
        }
    }

    /** That host is gone. Returns the slots that things ran on there. */
    List<Lanes.HeldSlot> lose(ActorRef<WorkerHost.Command> workers) {
        lanes.runsOn(workers).forEach(started::remove);
        return lanes.lose(workers);
    }

    private void onStarted(WorkerHost.Started started) {
        Long wokenAt = claims.pickedUp(started.ticketId());
        if (wokenAt != null) {
            counters.pickedUp(Duration.ofNanos(System.nanoTime() - wokenAt));
        }
    }

    private void onResult(WorkerHost.ResultIn result) {
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
