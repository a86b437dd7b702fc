package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;
import org.turing.runtime.ports.TicketLedger.Verdict;

/** Starts what is claimed on the lanes, and hears what becomes of it. Owned by one task-type actor. */
final class Runs {

    /** Names runs: one life of an actor must not take the end of another life's run for that of its own. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Surroundings around;
    private final Duty duty;
    private final Errands errands;
    private final Barrier barrier;
    private final RunLimit limit;
    private final Lanes lanes;
    private final ClaimQueue claims;
    private final Intake intake;
    private final Settling settling;
    private final TaskTypeCounters counters;
    private final ActorRef<WorkerHost.RunEvent> events;
    private boolean adopted;

    /** @param events where the worker host and the ledger's writer tell of the runs */
    Runs(
            Tools tools,
            Lanes lanes,
            ClaimQueue claims,
            Intake intake,
            Settling settling,
            TaskTypeCounters counters,
            ActorRef<WorkerHost.RunEvent> events) {
        this.around = tools.around();
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.barrier = tools.barrier();
        this.limit = tools.limit();
        this.lanes = lanes;
        this.claims = claims;
        this.intake = intake;
        this.settling = settling;
        this.counters = counters;
        this.events = events;
    }

    /** What an earlier life started keeps its lanes; nothing starts before that is known. */
    void adopt(Set<Long> runIds) {
        lanes.adopt(runIds);
        adopted = true;
    }

    /** Whether nothing runs, for this life or an earlier one. */
    boolean none() {
        return adopted && lanes.running() == 0;
    }

    /** Starts whatever can be started now. */
    void start() {
        ScriptFacts known = duty.fitness().facts();
        boolean well = duty.fitness().shape() != null;
        if (known == null || !adopted || !duty.leaseHeld() || (!well && !claims.nextIsByHand())) {
            return;
        }
        Lanes.Lane lane = lanes.free();
        while (lane != null && mayStartAnother()) {
            startOn(lane, known);
            lane = lanes.free();
        }
    }

    private boolean mayStartAnother() {
        Integer most = duty.taskType().scaleLimit();
        // a slot that was asked back may still be at work when another one is granted
        boolean withinLimit = most == null || lanes.running() < most;
        boolean free = !duty.paused() && barrier.letsStart();
        return withinLimit && claims.waiting() > 0 && (free || claims.nextIsByHand());
    }

    private void startOn(Lanes.Lane lane, ScriptFacts known) {
        long runId = NUMBERS.getAndIncrement();
        lanes.occupy(runId, lane);
        TaskType taskType = duty.taskType();
        List<Claim> next = claims.take(duty.fitness().bulk() ? taskType.batchSize() : 1);
        Lanes.HeldSlot slot = lane.slot();
        WorkerHost.SlotId slotId = slot == null ? null : new WorkerHost.SlotId(slot.model(), slot.leaseId());
        around.workers().tell(new WorkerHost.StartRun(runId, taskType, known, next, limit.timeout(), slotId, events));
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
            lanes.clear(clear.runId());
        } else if (event instanceof LedgerWriter.Recorded recorded) {
            onRecorded(recorded.verdict());
        }
        return true;
    }

    private void onStarted(WorkerHost.Started started) {
        Long wokenAt = claims.pickedUp(started.ticketId());
        if (wokenAt != null) {
            counters.pickedUp(Duration.ofNanos(started.atNanos() - wokenAt));
        }
    }

    private void onResult(WorkerHost.ResultIn result) {
        Duration took = Duration.between(result.run().startedAt(), result.run().finishedAt());
        counters.ran(took);
        intake.learn(took);
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
        if (verdict instanceof Verdict.Written written) {
            counters.count(written.status(), System.nanoTime());
            limit.recorded(written.status());
        } else {
            errands.log()
                    .warn(
                            "task type '{}': the outcome of ticket {} came too late, its claim is no longer ours",
                            duty.taskType().name(),
                            verdict.ticketId());
        }
    }
}
