package org.turing.runtime.database.protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.protocol.World.ClaimRow;
import org.turing.runtime.database.protocol.World.Ended;
import org.turing.runtime.database.protocol.World.Lease;
import org.turing.runtime.database.protocol.World.Phase;
import org.turing.runtime.database.protocol.World.Run;
import org.turing.runtime.database.protocol.World.Status;
import org.turing.runtime.database.protocol.World.Subject;

/** What must hold in every world and over every step, whatever happens. */
final class Rules {

    /** The rules, in the words of docs/protocol.md. */
    enum Rule {
        ONE_LIVE_CLAIM_PER_SUBJECT,
        AN_OUTCOME_COMES_FROM_THE_HOLDER,
        A_TICKET_ENDS_ONCE,
        NO_CLAIM_FROM_A_STALE_READING,
        STATUS_AND_TICKET_TOGETHER,
        ATTEMPTS_ARE_BOUNDED,
        A_STANDING_LEASE_KEEPS_ITS_CLAIMS,
        ONLY_HOLDERS_WRITE_UNDER_HOLD,
        NOTHING_IS_LOST
    }

    private final Protocol protocol;

    Rules(Protocol protocol) {
        this.protocol = protocol;
    }

    /** The rule that the step breaks, or null. */
    @Nullable
    Rule broken(World before, World after) {
        for (int at = 0; at < after.subjects().size(); at++) {
            Subject subject = after.subjects().get(at);
            Rule broken = broken(subject);
            if (broken == null) {
                broken = brokenByStep(before, before.subjects().get(at), after, subject);
            }
            if (broken != null) {
                return broken;
            }
        }
        return brokenByRuns(before, after);
    }

    private @Nullable Rule broken(Subject subject) {
        if (subject.claims().stream().filter(ClaimRow::committed).count() > 1) {
            return Rule.ONE_LIVE_CLAIM_PER_SUBJECT;
        }
        Set<Integer> ended = new HashSet<>();
        for (Ended row : subject.history()) {
            if (!ended.add(row.ticket()) || subject.claim(row.ticket()) != null) {
                return Rule.A_TICKET_ENDS_ONCE;
            }
            if (row.writer() > 0 && row.writer() != row.ticket()) {
                return Rule.AN_OUTCOME_COMES_FROM_THE_HOLDER;
            }
            if (row.attempt() > protocol.maxAttempts()) {
                return Rule.ATTEMPTS_ARE_BOUNDED;
            }
        }
        if (subject.failures() > protocol.maxAttempts()) {
            return Rule.ATTEMPTS_ARE_BOUNDED;
        }
        long movedWithTicket = subject.history().stream()
                .filter(row -> row.moved() && row.status() == Status.COMPLETED)
                .count();
        return subject.moves() == movedWithTicket ? null : Rule.STATUS_AND_TICKET_TOGETHER;
    }

    private @Nullable Rule brokenByStep(World worldBefore, Subject before, World worldAfter, Subject after) {
        for (ClaimRow claim : after.claims()) {
            ClaimRow earlier = before.claim(claim.ticket());
            boolean made = claim.committed() && (earlier == null || !earlier.committed());
            if (made && claim.foundAt() != before.history().size()) {
                return Rule.NO_CLAIM_FROM_A_STALE_READING;
            }
        }
        List<Ended> more =
                after.history().subList(before.history().size(), after.history().size());
        for (Ended row : more) {
            ClaimRow claim = before.claim(row.ticket());
            boolean rescued = row.writer() == 0 && row.status() == Status.CANCELLED;
            if (rescued && claim != null && worldAfter.lease(claim.holder()) != Lease.ENDED) {
                return Rule.A_STANDING_LEASE_KEEPS_ITS_CLAIMS;
            }
            if (row.writer() > 0 && (claim == null || !claim.committed())) {
                return Rule.AN_OUTCOME_COMES_FROM_THE_HOLDER;
            }
        }
        return null;
    }

    private @Nullable Rule brokenByRuns(World before, World after) {
        for (Run run : after.runs()) {
            boolean runs = run.phase() == Phase.RUNNING || run.phase() == Phase.HOLDING;
            boolean claimed = after.subjects().get(run.subject()).claim(run.ticket()) != null;
            if (runs && !claimed && after.lease(run.identity()) == Lease.STANDING) {
                return Rule.A_STANDING_LEASE_KEEPS_ITS_CLAIMS;
            }
        }
        for (Run run : before.runs()) {
            boolean committed = run.phase() == Phase.HOLDING && after.runs().contains(run.phase(Phase.SUCCEEDED));
            if (committed && before.subjects().get(run.subject()).claim(run.ticket()) == null) {
                return Rule.ONLY_HOLDERS_WRITE_UNDER_HOLD;
            }
        }
        World calm = new LeaseSteps(protocol).whenAllAreDead(after);
        return calm.subjects().stream().allMatch(subject -> subject.claims().isEmpty()) ? null : Rule.NOTHING_IS_LOST;
    }
}
