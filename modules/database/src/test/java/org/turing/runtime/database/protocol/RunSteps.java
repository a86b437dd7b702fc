package org.turing.runtime.database.protocol;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.protocol.Protocol.Broken;
import org.turing.runtime.database.protocol.Protocol.Event;
import org.turing.runtime.database.protocol.Protocol.Kind;
import org.turing.runtime.database.protocol.Subject.Past;
import org.turing.runtime.database.protocol.World.ClaimRow;
import org.turing.runtime.database.protocol.World.Ended;
import org.turing.runtime.database.protocol.World.Kept;
import org.turing.runtime.database.protocol.World.Lock;
import org.turing.runtime.database.protocol.World.Memory;
import org.turing.runtime.database.protocol.World.Phase;
import org.turing.runtime.database.protocol.World.Place;
import org.turing.runtime.database.protocol.World.Run;
import org.turing.runtime.database.protocol.World.Status;

/** From a claim to its outcome: the script, {@code turing.hold}, OutcomeRecorder and OutcomeStatement. */
final class RunSteps {

    private final Protocol protocol;

    RunSteps(Protocol protocol) {
        this.protocol = protocol;
    }

    void of(World world, Run run, Consumer<Step> steps) {
        String who = "runtime " + run.process() + ": ";
        String ticket = "ticket " + run.ticket();
        switch (run.phase()) {
            case ON_ITS_WAY -> {
                // not here yet: HostSteps
            }
            case CLAIMED ->
                steps.accept(new Step(who + "starts " + ticket, world.replace(run, run.phase(Phase.RUNNING))));
            case RUNNING -> {
                script(world, run, who + "the script of " + ticket, steps);
                ends(world, run, who + ticket, steps);
            }
            case HOLDING -> scriptCommits(world, run, who + "the script of " + ticket, steps);
            default -> record(world, run, who, ticket, steps);
        }
    }

    private void script(World world, Run run, String who, Consumer<Step> steps) {
        Subject row = world.subjects().get(run.subject());
        if (protocol.kind() == Kind.DECLARED) {
            steps.accept(new Step(who + " succeeds", world.replace(run, run.phase(Phase.SUCCEEDED))));
        } else if (protocol.kind() == Kind.SOVEREIGN) {
            World after = world.replace(run, run.phase(Phase.SUCCEEDED)).subject(run.subject(), RunSteps::written);
            steps.accept(new Step(who + " moves the status and succeeds", after));
        } else {
            ClaimRow claim = row.claim(run.ticket());
            if (claim == null) {
                steps.accept(new Step(who + " is refused to hold", world.replace(run, run.phase(Phase.FAILED))));
            } else if (claim.lock() == Lock.NONE) {
                Lock lock = protocol.lacks(Broken.HOLD_WITHOUT_A_LOCK) ? Lock.NONE : Lock.SCRIPT;
                World after = world.replace(run, run.phase(Phase.HOLDING))
                        .subject(run.subject(), before -> before.replace(claim::equals, held -> held.locked(lock)));
                steps.accept(new Step(who + " holds its claim", after));
            }
        }
    }

    private static Subject written(Subject row) {
        return row.place() == Place.INBOX ? row.at(Place.TARGET) : row;
    }

    private void scriptCommits(World world, Run run, String who, Consumer<Step> steps) {
        World after = world.replace(run, run.phase(Phase.SUCCEEDED))
                .subject(
                        run.subject(),
                        row -> written(row)
                                .replace(claim -> claim.ticket() == run.ticket(), claim -> claim.locked(Lock.NONE)));
        steps.accept(new Step(who + " commits", after));
    }

    private void ends(World world, Run run, String what, Consumer<Step> steps) {
        if (protocol.has(Event.STAYING)) {
            World after = world.replace(run, run.phase(Phase.SUCCEEDED_IN_PLACE));
            steps.accept(new Step(what + " succeeds and leaves its subject in the inbox", after));
        }
        if (protocol.has(Event.SKIPS)) {
            steps.accept(new Step(what + " declines its subject", world.replace(run, run.phase(Phase.DECLINED))));
        }
        if (protocol.has(Event.FAILURES)) {
            steps.accept(new Step(what + " fails", world.replace(run, run.phase(Phase.FAILED))));
        }
        if (protocol.has(Event.SHUTDOWNS)) {
            steps.accept(new Step(what + " is ended by a shutdown", world.replace(run, run.phase(Phase.SHUT_DOWN))));
        }
        if (protocol.has(Event.CANCELS)) {
            World after = world.replace(run, run.phase(Phase.CANCELLED_BY_HAND));
            steps.accept(new Step(what + " is cancelled by hand", after));
        }
    }

    private void record(World world, Run run, String who, String ticket, Consumer<Step> steps) {
        if (run.locked() > 0) {
            World after = recorded(world, run);
            steps.accept(new Step(who + "commits the outcome of " + ticket, after));
            if (protocol.has(Event.LOST_REPLIES)) {
                Run again = run.locks(0);
                steps.accept(new Step(
                        who + "commits the outcome of " + ticket + ", and the reply is lost",
                        after.runs().contains(run) ? after : after.replace(again, again)));
            }
            return;
        }
        // Whichever identity the process has by now: a claim that stands is its writer's.
        Subject row = world.subjects().get(run.subject());
        ClaimRow claim = protocol.lacks(Broken.NO_FENCE) ? anyClaim(row) : row.claim(run.ticket());
        if (claim == null) {
            steps.accept(new Step(who + "is told that " + ticket + " is stale", world.replace(run, null)));
        } else if (claim.lock() == Lock.NONE) {
            World after = world.replace(run, run.locks(claim.ticket()))
                    .subject(
                            run.subject(),
                            before -> before.replace(claim::equals, mine -> mine.locked(Lock.RECORDING)));
            steps.accept(new Step(who + "locks the claim of ticket " + claim.ticket() + " to record " + ticket, after));
        }
    }

    private static @Nullable ClaimRow anyClaim(Subject row) {
        return row.claims().stream().filter(ClaimRow::committed).findFirst().orElse(null);
    }

    private World recorded(World world, Run run) {
        Subject row = world.subjects().get(run.subject());
        boolean moves = run.phase() == Phase.SUCCEEDED && protocol.kind() == Kind.DECLARED;
        if (moves && protocol.lacks(Broken.COMPLETION_IN_TWO_TRANSACTIONS) && row.place() == Place.INBOX) {
            return world.subject(run.subject(), before -> before.moved(Place.TARGET));
        }
        Decision decision = decide(run, row, moves);
        return world.replace(run, null).subject(run.subject(), before -> {
            Subject moved = decision.moves() ? before.moved(Place.TARGET) : before;
            Subject ended = moved.without(claim -> claim.ticket() == run.locked())
                    .ended(new Ended(run.locked(), decision.status(), run.attempt(), run.ticket(), decision.moves()));
            return remembered(ended, decision, run.locked());
        });
    }

    private record Decision(Status status, @Nullable Kept kept, int attempt, boolean moves, int failures) {}

    private Decision decide(Run run, Subject row, boolean moves) {
        int failures = row.past().failures() + 1;
        return switch (run.phase()) {
            case SUCCEEDED ->
                moves && row.place() == Place.ELSEWHERE
                        ? new Decision(Status.OVERTAKEN, Kept.LEFT, 0, false, 0)
                        : new Decision(
                                Status.COMPLETED,
                                moves ? Kept.LEFT : Kept.FINISHED,
                                0,
                                moves && row.place() == Place.INBOX,
                                0);
            case SUCCEEDED_IN_PLACE ->
                new Decision(
                        Status.COMPLETED,
                        protocol.lacks(Broken.SUCCESS_IS_FORGOTTEN) ? Kept.LEFT : Kept.FINISHED,
                        0,
                        false,
                        0);
            case DECLINED ->
                new Decision(
                        Status.SKIPPED,
                        protocol.lacks(Broken.SKIPPED_IS_FORGOTTEN) ? Kept.LEFT : Kept.SKIPPED,
                        0,
                        false,
                        0);
            case FAILED ->
                run.attempt() >= protocol.maxAttempts()
                        ? new Decision(Status.DEAD, Kept.DEAD, run.attempt(), false, failures)
                        : new Decision(Status.FAILED, Kept.BACKING_OFF, run.attempt(), false, failures);
            case CANCELLED_BY_HAND -> new Decision(Status.CANCELLED, Kept.SET_ASIDE, 0, false, 0);
            default -> new Decision(Status.CANCELLED, null, 0, false, row.past().failures());
        };
    }

    private Subject remembered(Subject ended, Decision decision, int ticket) {
        if (decision.kept() == null) {
            return traced(protocol, ended);
        }
        boolean completed = decision.status() == Status.COMPLETED;
        boolean answered = (completed || decision.status() == Status.SKIPPED) && ended.place() == Place.INBOX;
        int visit = completed && protocol.has(Event.GUARDS) ? 1 : 0;
        int counted = protocol.lacks(Broken.VISITS_NOT_COUNTED) ? 0 : visit;
        return ended.past(new Past(decision.failures(), 0, ended.past().visits() + visit, answered))
                .remembers(new Memory(
                        decision.kept(),
                        decision.attempt(),
                        ended.history().size(),
                        ticket,
                        0,
                        ended.memory().visits() + counted));
    }

    /** An end that changes nothing else in the memory: readings from before it are too old all the same. */
    static Subject traced(Protocol protocol, Subject ended) {
        if (protocol.lacks(Broken.ENDED_WITHOUT_A_TRACE)) {
            return ended;
        }
        Memory memory = ended.memory();
        Kept kept = memory.kept() == Kept.NOTHING ? Kept.LEFT : memory.kept();
        return ended.remembers(new Memory(
                kept,
                memory.attempt(),
                ended.history().size(),
                memory.ticket(),
                memory.interruptions(),
                memory.visits()));
    }
}
