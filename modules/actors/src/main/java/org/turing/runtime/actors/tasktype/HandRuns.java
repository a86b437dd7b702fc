package org.turing.runtime.actors.tasktype;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.TaskTypeActor.ClaimedByHand;
import org.turing.runtime.actors.tasktype.TaskTypeActor.RunByHand;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/** Subjects that people ask for, until they are claimed. Owned by one task-type actor. */
final class HandRuns {

    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private final ClaimQueue claims;
    private final ClaimReturns returns;
    private final Hosting hosting;
    private final Lanes lanes;
    private final List<RunByHand> early = new ArrayList<>();
    private int claiming;

    HandRuns(Tools tools, ClaimQueue claims, ClaimReturns returns, Hosting hosting, Lanes lanes) {
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.claims = claims;
        this.returns = returns;
        this.hosting = hosting;
        this.lanes = lanes;
    }

    /** Whether a claim for somebody is under way. */
    boolean claiming() {
        return claiming > 0;
    }

    /** Somebody asks for a subject: it is claimed, or the request waits, or it is refused. */
    void ask(RunByHand request) {
        Fitness fitness = duty.fitness();
        InboxShape known = fitness.shape();
        Host host = host();
        boolean soon =
                fitness.fault() == null && (known == null && fitness.examining() || host == null && !hosting.settled());
        if (returns.doubtful() || soon) {
            early.add(request);
        } else if (known == null || host == null || duty.retiring()) {
            String fault = fitness.fault();
            refuse(request.replyTo(), fault != null ? fault : "it claims nothing now");
        } else {
            claiming++;
            errands.send(
                    calls.claimByHand(duty.taskType(), known, request.subjectId(), host),
                    (claim, failure) ->
                            new ClaimedByHand(request, failure == null ? claim.orElse(null) : null, failure));
        }
    }

    /** Where a lane is held, else where least runs; null if no host can run it now. */
    private @Nullable Host host() {
        return hosting.usable().values().stream()
                .min(Comparator.comparing((Host host) -> lanes.usable(host.runtimeId()) == 0)
                        .thenComparingInt(host -> claims.held(host.runtimeId())))
                .orElse(null);
    }

    /** What had to wait for an examination, or for doubts to be cleared up, is asked again. */
    void askAgain() {
        List<RunByHand> waited = List.copyOf(early);
        early.clear();
        waited.forEach(this::ask);
    }

    void onClaimed(ClaimedByHand claimed) {
        claiming--;
        Claim claim = claimed.claim();
        RunByHand request = claimed.request();
        if (claim != null) {
            claims.addByHand(claim, request.replyTo());
            returns.loseEnded(List.of(claim));
            return;
        }
        Throwable failure = claimed.failure();
        returns.doubt(failure);
        String id = request.subjectId();
        String why = failure != null
                ? String.valueOf(failure.getMessage())
                : "subject '" + id + "' is being worked on already (see: turing tickets --subject " + id + ")";
        request.replyTo().tell(RunReport.notRun(why));
    }

    /** Nobody is served any more of those whose subject is not claimed yet. */
    void refuseEarly(String why) {
        early.forEach(request -> refuse(request.replyTo(), why));
        early.clear();
    }

    /** Nobody is served any more. */
    void refuseAll(String why) {
        refuseEarly(why);
        claims.everyByHand().forEach(asked -> refuse(asked.replyTo(), why));
    }

    private void refuse(ActorRef<RunReport> whom, String why) {
        whom.tell(RunReport.notRun("task type '" + duty.taskType().name() + "': " + why));
    }
}
