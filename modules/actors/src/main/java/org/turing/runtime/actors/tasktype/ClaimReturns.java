package org.turing.runtime.actors.tasktype;

import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.TaskTypeActor.GiveBackDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.GivenBack;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Reconciled;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

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
    private final Hosting hosting;
    private int underWay;
    private boolean doubtful;
    private boolean doubtedMeanwhile;
    private boolean reconciling;

    ClaimReturns(Tools tools, ClaimQueue claims, InboxWatch inbox, Hosting hosting) {
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.budget = tools.around().budget();
        this.claims = claims;
        this.inbox = inbox;
        this.hosting = hosting;
    }

    /** Gives back what waits for a lane and nobody waits for. */
    void giveBackUnstarted() {
        giveBackUnstarted(runtimeId -> true);
    }

    /** The same for those that are claimed for some hosts. */
    void giveBackUnstarted(LongPredicate runtimes) {
        List<Claim> unstarted = claims.takeUnstarted(runtimes);
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
            inbox.expectMore(); // a look meanwhile did not see them
            return true;
        }
        if (!(failure instanceof DatabaseUnavailable)) {
            String name = duty.taskType().name();
            errands.log().error("task type '{}': claims can't be given back; trying again", name, failure);
        }
        errands.remind(given.claims(), new GiveBackDue(given.claims()), Errands.WEATHER_PAUSE);
        return false;
    }

    /** These were not run where they should: they wait again, for as long as their host has that identity. */
    void refused(List<Claim> refused) {
        claims.putBack(refused);
        loseEnded(refused);
    }

    /** Forgets what waits for the identities of these claims that no host has any more. */
    void loseEnded(List<Claim> claimed) {
        claimed.stream()
                .map(Claim::runtimeId)
                .distinct()
                .filter(runtimeId -> !hosting.has(runtimeId))
                .forEach(runtimeId -> lose(runtimeId, false));
    }

    /**
     * Forgets what is claimed for an identity that has ended: its lease is lost, and frees it.
     *
     * @param withRuns whether nothing will be heard of what runs there, either
     */
    void lose(long runtimeId, boolean withRuns) {
        ClaimQueue.Lost lost = claims.lose(runtimeId, withRuns);
        budget.giveBack(lost.unstarted());
        lost.askers()
                .forEach(asked ->
                        asked.replyTo().tell(RunReport.notRun("the host that had it lost its lease; ask again")));
    }

    /** What became of these is not known: some may be claimed still, and nobody works on them. */
    void doubt(Set<Long> tickets) {
        if (!tickets.isEmpty()) {
            doubt();
            claims.forget(tickets)
                    .forEach(asked -> asked.replyTo()
                            .tell(RunReport.notRun("what came of it was lost on the way (see: turing tickets)")));
        }
    }

    /** The answer to a claim is lost, and with it, perhaps, claims that were made: nobody would ever run them. */
    void doubt(@Nullable Throwable failure) {
        if (failure instanceof DatabaseUnavailable) {
            doubt();
        }
    }

    private void doubt() {
        doubtful = true;
        doubtedMeanwhile = reconciling;
    }

    /** Whether there may be claims that this actor does not know of: nothing is claimed until that is cleared up. */
    boolean doubtful() {
        return doubtful;
    }

    /**
     * Gives back what may have been claimed without our knowledge, before anything else is claimed.
     *
     * @param claiming whether a claim is under way now, whose tickets are not known yet
     */
    void reconcile(boolean claiming) {
        List<Host> hosts = hosting.reachableHosts();
        if (doubtful && hosting.any() && !reconciling && !claiming) {
            reconciling = true;
            errands.send(
                    calls.reclaim(duty.taskType().id(), hosts, claims.tickets()),
                    (count, failure) -> new Reconciled(failure));
        }
    }

    /** Returns whether that worked. */
    boolean onReconciled(Reconciled reconciled) {
        reconciling = false;
        boolean worked = reconciled.failure() == null;
        if (worked) {
            doubtful = doubtedMeanwhile; // what was still thought to be at work then was not given back
            inbox.wake(0);
        }
        doubtedMeanwhile = false;
        return worked && !doubtful;
    }

    /** Whether the ledger holds claims for this actor that it does not want, or may do so. */
    boolean pending() {
        return underWay > 0 || doubtful;
    }
}
