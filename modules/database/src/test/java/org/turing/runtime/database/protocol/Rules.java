package org.turing.runtime.database.protocol;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.protocol.World.ClaimRow;
import org.turing.runtime.database.protocol.World.Ended;
import org.turing.runtime.database.protocol.World.Kept;
import org.turing.runtime.database.protocol.World.Lease;
import org.turing.runtime.database.protocol.World.Phase;
import org.turing.runtime.database.protocol.World.Run;
import org.turing.runtime.database.protocol.World.Status;

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
        INTERRUPTIONS_COST_NO_ATTEMPT,
        ONE_SUSPECT_AT_A_TIME,
        GUARDS_SET_ASIDE_WHAT_THEY_SHOULD_AND_NOTHING_ELSE,
        WHAT_IS_ANSWERED_DOES_NOT_SPIN,
        NOTHING_RUNS_BESIDE_AN_OVERTAKING,
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
        return suspects(after) ? Rule.ONE_SUSPECT_AT_A_TIME : brokenByRuns(before, after);
    }

    private static boolean suspects(World world) {
        Set<Integer> holders = new HashSet<>();
        return world.subjects().stream()
                .flatMap(subject -> subject.claims().stream())
                .anyMatch(claim -> claim.alone() && claim.committed() && !holders.add(claim.holder()));
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
        if (subject.past().failures() > protocol.maxAttempts()) {
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
            Rule broken = made && !claim.byHand() ? brokenByClaim(claim, before) : null;
            if (broken != null) {
                return broken;
            }
        }
        List<Ended> more =
                after.history().subList(before.history().size(), after.history().size());
        for (Ended row : more) {
            ClaimRow claim = before.claim(row.ticket());
            Rule broken = row.writer() > 0
                    ? claim == null || !claim.committed() ? Rule.AN_OUTCOME_COMES_FROM_THE_HOLDER : null
                    : row.status() == Status.OVERTAKEN
                            ? after.claimed() ? Rule.NOTHING_RUNS_BESIDE_AN_OVERTAKING : null
                            : claim == null ? brokenByGuard(before) : brokenByRescue(claim, before, worldAfter, after);
            if (broken != null) {
                return broken;
            }
        }
        return null;
    }

    private static @Nullable Rule brokenByClaim(ClaimRow claim, Subject before) {
        if (claim.foundAt() != before.history().size()) {
            return Rule.NO_CLAIM_FROM_A_STALE_READING;
        }
        if (before.past().answered()) {
            return Rule.WHAT_IS_ANSWERED_DOES_NOT_SPIN;
        }
        boolean retried = before.memory().kept() == Kept.BACKING_OFF; // its visit was allowed before
        boolean refused = tooManyInterruptions(before) || tooManyVisits(before) && !retried;
        return refused ? Rule.GUARDS_SET_ASIDE_WHAT_THEY_SHOULD_AND_NOTHING_ELSE : null;
    }

    private static @Nullable Rule brokenByGuard(Subject before) {
        return tooManyInterruptions(before) || tooManyVisits(before)
                ? null
                : Rule.GUARDS_SET_ASIDE_WHAT_THEY_SHOULD_AND_NOTHING_ELSE;
    }

    private static boolean tooManyInterruptions(Subject subject) {
        return subject.past().interruptions() >= Protocol.MOST_INTERRUPTIONS;
    }

    private static boolean tooManyVisits(Subject subject) {
        return subject.past().visits() >= Protocol.MOST_VISITS;
    }

    private static @Nullable Rule brokenByRescue(ClaimRow claim, Subject before, World worldAfter, Subject after) {
        if (worldAfter.lease(claim.holder()) != Lease.ENDED) {
            return Rule.A_STANDING_LEASE_KEEPS_ITS_CLAIMS;
        }
        boolean eligible = before.memory().eligible() == after.memory().eligible();
        return eligible && before.memory().attempt() == after.memory().attempt()
                ? null
                : Rule.INTERRUPTIONS_COST_NO_ATTEMPT;
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
