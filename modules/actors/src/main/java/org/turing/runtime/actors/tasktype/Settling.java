package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.TaskTypeActor.RetryDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.SettleDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Settled;
import org.turing.runtime.actors.tasktype.TaskTypeActor.SweepDue;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.TicketLedger.Standing;
import org.turing.runtime.ports.TicketLedger.Verdict;

/**
 * What becomes of finished subjects: how many the inbox has yet to be asked about, what the ledger remembers, and when
 * the next retry is due. Owned by one task-type actor.
 */
final class Settling {

    /** So many finished subjects are settled even while work goes on. */
    private static final int GROUP = 256;

    private static final Duration SETTLE_PAUSE = Duration.ofMillis(300);
    private static final Duration QUIET_PAUSE = Duration.ofMillis(50);
    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(60);

    /** A retry that is due and was not taken, as nothing may be claimed now, is looked at again after this. */
    private static final Duration OVERDUE_PAUSE = Duration.ofSeconds(5);

    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private final DatabaseClock clock;
    private Standing standing = Standing.NONE;
    private long unsettled;
    private boolean stale;
    private boolean running;
    private @Nullable Instant nextRetry;

    Settling(Tools tools) {
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.clock = tools.around().ports().clock();
    }

    /** The ledger has settled an outcome. */
    void recorded(Verdict verdict) {
        if (!(verdict instanceof Verdict.Written written)) {
            outdated(); // it may have been written by a commit whose answer was lost
            return;
        }
        boolean done = written.status() == TicketStatus.COMPLETED || written.status() == TicketStatus.SKIPPED;
        boolean leftForCertain = written.change() != null && duty.taskType().workQuery() == null;
        if (!done) {
            stale = true;
        } else if (!leftForCertain) {
            unsettled++;
        }
        scheduleRetry(written.retryAt(), Duration.ZERO);
    }

    /** Somebody may have changed what the ledger remembers. */
    void outdated() {
        stale = true;
    }

    /**
     * Asks the inbox and the ledger if that is due: at once when much is due, else soon, and sooner in a quiet moment;
     * not in its first moment, in which the next step has what this one did, and is to be quick.
     *
     * @param quiet whether nothing else goes on
     */
    void settle(boolean quiet) {
        if (duty.fitness().shape() == null || !due()) {
            return;
        }
        if (unsettled >= GROUP) {
            begin();
        } else {
            errands.remindUnlessSet("settle", new SettleDue(), quiet ? QUIET_PAUSE : SETTLE_PAUSE);
        }
    }

    /** It has waited long enough for a quiet moment. */
    void onSettleDue() {
        if (due()) {
            begin();
        }
    }

    private boolean due() {
        return !running && (unsettled > 0 || stale);
    }

    private void begin() {
        InboxShape known = duty.fitness().shape();
        if (known == null) {
            return;
        }
        errands.cancel("settle");
        running = true;
        stale = false;
        unsettled = 0;
        errands.send(calls.settle(duty.taskType(), known), Settled::new);
    }

    /** Returns the failure that it ended in, for the actor to judge, or null. */
    @Nullable
    Throwable onSettled(Settled settled) {
        running = false;
        Standing now = settled.standing();
        if (now == null) {
            stale = true;
            return settled.failure();
        }
        standing = now;
        unsettled += now.unsettled();
        scheduleRetry(now.nextRetryAt(), OVERDUE_PAUSE);
        if (now.stayed() + now.skipped() + now.backingOff() > 0) {
            errands.remind("sweep", new SweepDue(), SWEEP_PAUSE);
        }
        return null;
    }

    private void scheduleRetry(@Nullable Instant retryAt, Duration ifOverdue) {
        Instant planned = nextRetry;
        boolean sooner = planned == null || !errands.isSet("retry") || retryAt != null && retryAt.isBefore(planned);
        if (retryAt != null && sooner) {
            nextRetry = retryAt;
            Duration wait = Duration.between(clock.now(), retryAt);
            Duration pause = wait.isNegative() ? ifOverdue : wait;
            errands.remind("retry", new RetryDue(), pause.plusMillis(10));
        }
    }

    /** Whether the inbox and the ledger are being asked. */
    boolean running() {
        return running;
    }

    /** What the ledger remembered when it was last asked. */
    Standing standing() {
        return standing;
    }

    /** Whether nothing waits to be settled or retried. */
    boolean atRest() {
        return !running && !due() && standing.backingOff() == 0;
    }
}
