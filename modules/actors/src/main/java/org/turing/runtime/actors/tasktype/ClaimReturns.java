package org.turing.runtime.actors.tasktype;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.TaskTypeActor.GiveBackDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.GivenBack;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Reconciled;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.ports.DatabaseUnavailable;

/**
 * The claims that go back to the ledger unstarted: those that are not needed any more, and those that may have been
 * made by a call whose answer is lost. Owned by one task-type actor.
 */
final class ClaimReturns {

    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private final ClaimBudget budget;
    private final ClaimQueue claims;
    private final InboxWatch inbox;
    private int underWay;
    private boolean doubtful;
    private boolean reconciling;

    ClaimReturns(Tools tools, ClaimQueue claims, InboxWatch inbox) {
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.budget = tools.around().budget();
        this.claims = claims;
        this.inbox = inbox;
    }

    /** Gives back what waits for a lane and nobody waits for. */
    void giveBackUnstarted() {
        List<Claim> unstarted = claims.takeUnstarted();
        if (!unstarted.isEmpty()) {
            underWay++;
            budget.giveBack(unstarted.size());
            inbox.expectMore();
            send(unstarted);
        }
    }

    /** Claims that were made for an earlier life of the actor, which has given up its share of the budget with them. */
    void giveBackLate(List<Claim> late) {
        if (!late.isEmpty()) {
            underWay++;
            send(late);
        }
    }

    void onGiveBackDue(GiveBackDue due) {
        send(due.claims());
    }

    private void send(List<Claim> unstarted) {
        errands.send(calls.giveBack(unstarted), (ok, failure) -> new GivenBack(unstarted, failure));
    }

    /** Returns whether they are back; if not, they are sent again after a while. */
    boolean onGivenBack(GivenBack given) {
        Throwable failure = given.failure();
        if (failure == null) {
            underWay--;
            return true;
        }
        if (!(failure instanceof DatabaseUnavailable)) {
            String name = duty.taskType().name();
            errands.log().error("task type '{}': claims can't be given back; trying again", name, failure);
        }
        errands.remind(given.claims(), new GiveBackDue(given.claims()), Errands.WEATHER_PAUSE);
        return false;
    }

    /** Forgets what waits: the lease under which it was claimed is lost, and frees it. */
    void drop() {
        budget.giveBack(claims.takeUnstarted().size());
        claims.takeWaitingByHand()
                .forEach(asked -> asked.replyTo().tell(TaskTypeReport.notRun("the lease was lost; ask again")));
    }

    /** The answer to a claim is lost, and with it, perhaps, claims that were made: nobody would ever run them. */
    void doubt(@Nullable Throwable failure) {
        doubtful |= failure instanceof DatabaseUnavailable;
    }

    /** Whether there may be claims that this actor does not know of: nothing is claimed until that is cleared up. */
    boolean doubtful() {
        return doubtful;
    }

    /** Whatever was claimed ends with the lease. */
    void leaseLost() {
        doubtful = false;
        drop();
    }

    /**
     * Gives back what may have been claimed without our knowledge, before anything else is claimed.
     *
     * @param claiming whether a claim is under way now, whose tickets are not known yet
     */
    void reconcile(boolean claiming) {
        if (doubtful && duty.leaseHeld() && !reconciling && !claiming) {
            reconciling = true;
            errands.send(
                    calls.reclaim(duty.taskType().id(), claims.tickets()), (count, failure) -> new Reconciled(failure));
        }
    }

    /** Returns whether that worked. */
    boolean onReconciled(Reconciled reconciled) {
        reconciling = false;
        boolean worked = reconciled.failure() == null;
        if (worked) {
            doubtful = false;
            inbox.wake(0);
        }
        return worked;
    }

    /** Whether the ledger holds claims for this actor that it does not want, or may do so. */
    boolean pending() {
        return underWay > 0 || doubtful;
    }
}
