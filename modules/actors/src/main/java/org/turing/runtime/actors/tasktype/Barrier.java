package org.turing.runtime.actors.tasktype;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.breaker.Breakers;
import org.turing.runtime.actors.breaker.Breakers.Pass;
import org.turing.runtime.actors.event.BreakersChanged;
import org.turing.runtime.actors.tasktype.TaskTypeActor.PollDue;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.breaker.Circuit;
import org.turing.runtime.ports.view.BreakerStatus;

/**
 * What open breakers leave a task type to do: nothing, or a probe with one subject. Keeps the leave for the probe until
 * its subject has a result. Owned by one task-type actor.
 */
final class Barrier {

    private final Breakers breakers;
    private final Duty duty;
    private final Errands errands;
    private @Nullable Pass probe;
    private @Nullable Long ticket;

    Barrier(Breakers breakers, Duty duty, Errands errands) {
        this.breakers = breakers;
        this.duty = duty;
        this.errands = errands;
    }

    /** Whether anything may be claimed now. */
    boolean lets() {
        return breakers.lets(duty.taskType());
    }

    /** Whether what is claimed may start: nothing is open, or it is claimed for a probe. */
    boolean letsStart() {
        return probe != null || !breakers.open(duty.taskType());
    }

    /** How many of so many may be claimed. */
    int most(int wanted) {
        return breakers.open(duty.taskType()) ? Math.min(wanted, 1) : wanted;
    }

    /** Leave to claim now, or null; that for a probe is kept here until it is over. */
    @Nullable
    Pass pass() {
        Pass pass = breakers.pass(duty.taskType());
        if (pass != null && pass.isProbe()) {
            probe = pass;
            ticket = null;
        }
        return pass;
    }

    /** What the claim brought for which leave was given. */
    void claimed(List<Claim> made) {
        if (probe == null || ticket != null) {
            return;
        }
        if (made.isEmpty()) {
            letGo();
        } else {
            ticket = made.get(0).ticketId();
        }
    }

    /** The probe failed before anything was claimed. */
    void stillBroken(String reason) {
        breakers.probeFailed(probe, reason);
        forget();
    }

    /** What became of a run. */
    void ran(FinishedRun run) {
        boolean probed = ticket != null && ticket == run.claim().ticketId();
        breakers.ran(duty.taskType(), run, probed ? probe : null);
        if (probed) {
            forget();
        }
    }

    /** The probe's claim may have gone without a run: given back, or lost with the lease. */
    void check(ClaimQueue claims) {
        if (ticket != null && !claims.tickets().contains(ticket)) {
            letGo();
        }
    }

    /** No probe is made, or its claim came to nothing. */
    void letGo() {
        breakers.letGo(probe);
        forget();
    }

    private void forget() {
        probe = null;
        ticket = null;
    }

    /** Something was changed that may have mended what is open. */
    void hope() {
        breakers.hope(duty.taskType());
    }

    /** Whether breakers changed on which this task type depends. */
    boolean isConcerned(BreakersChanged change) {
        return Circuit.of(duty.taskType()).stream().anyMatch(change.circuits()::contains);
    }

    /** Looks again when the next probe is due. */
    void schedule() {
        if (lets() || probe != null) {
            errands.cancel("probe");
        } else {
            errands.remindUnlessSet("probe", new PollDue(), breakers.askAgainAfter(duty.taskType()));
        }
    }

    /** The time of the next probe may be another one. */
    void reschedule() {
        errands.cancel("probe");
    }

    /** Why nothing is started, or null. */
    @Nullable
    String reason() {
        List<BreakerStatus> open = breakers.openFor(duty.taskType());
        return open.isEmpty()
                ? null
                : "the breaker of " + open.get(0).kind() + " '" + open.get(0).name() + "' is open: "
                        + open.get(0).reason();
    }

    /** Whether what is open has been tried so often that nobody who is about to leave should wait for it. */
    boolean triedEnough() {
        return breakers.openFor(duty.taskType()).stream().anyMatch(open -> open.failedProbes() >= Breakers.PATIENCE);
    }
}
