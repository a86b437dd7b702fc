package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.turing.runtime.database.ProtocolOracle.Held;
import org.turing.runtime.database.ProtocolOracle.Lease;
import org.turing.runtime.database.ProtocolRuntime.Reading;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes.Found;

/** Plays one history against the real database, and holds every answer and every state to what the oracle expects. */
final class ProtocolPlay {

    private final ProtocolStage stage;
    private final List<ProtocolRuntime> runtimes;
    private final ProtocolOracle oracle = new ProtocolOracle();
    private final ProtocolClaims claims;
    private final ProtocolOutcomes outcomes;
    private final ProtocolScripts scripts;

    private ProtocolPlay(ProtocolStage stage) {
        this.stage = stage;
        this.runtimes = stage.runtimes();
        this.claims = new ProtocolClaims(stage, oracle);
        this.outcomes = new ProtocolOutcomes(stage, oracle);
        this.scripts = new ProtocolScripts(stage, oracle);
    }

    /**
     * Plays the history from an empty ledger on; throws an AssertionError at the first thing that is not as it must be.
     */
    static synchronized void play(ProtocolStage stage, List<ProtocolAction> history) throws Exception {
        stage.clear();
        ProtocolPlay play = new ProtocolPlay(stage);
        try {
            play.runtimes.forEach(play::begin);
            play.claims.firstEpoch();
            for (ProtocolAction action : history) {
                play.oracle.step++;
                play.follow(action);
            }
            play.nothingIsLost();
        } finally {
            play.scripts.close();
            for (ProtocolRuntime runtime : play.runtimes) {
                runtime.abandon(stage.control());
            }
        }
    }

    private void follow(ProtocolAction action) throws Exception {
        try {
            act(action);
            oracle.check(stage.control());
        } catch (AssertionError e) {
            throw new AssertionError("step " + oracle.step + ", " + action + ": " + e.getMessage(), e);
        }
    }

    private void act(ProtocolAction action) throws Exception {
        ProtocolRuntime runtime = runtimes.get(action.runtime());
        if (runtime.waiting != null && action.kind().mayWait()) {
            return; // its statements wait at the same place, all of them
        }
        switch (action.kind()) {
            case FIND -> find(runtime, action.which());
            case FIND_AND_CLAIM -> {
                find(runtime, action.which());
                claims.own(runtime, runtime.readings.size() - 1, false);
            }
            case CLAIM -> claims.own(runtime, action.which(), false);
            case CLAIM_AND_WAIT -> claims.own(runtime, action.which(), true);
            case CLAIM_ELSEWHERE -> claims.shared(runtime, action, false);
            case CLAIM_UNDER_A_SLOT -> claims.shared(runtime, action, true);
            case CLAIM_BY_HAND -> claims.byHand(runtime, stage.key(action.which()), action.how());
            case START -> of(runtime, action).ifPresent(held -> held.started = true);
            case SUCCEED -> outcomes.record(of(runtime, action), ProtocolOutcomes.success(), false);
            case SUCCEED_AND_WAIT -> outcomes.record(of(runtime, action), ProtocolOutcomes.success(), true);
            case FAIL -> outcomes.record(of(runtime, action), new Outcome.Failed("no", action.how() > 0, null), false);
            case SKIP -> outcomes.record(of(runtime, action), new Outcome.Skipped("NOT_MINE", null), false);
            case SHUT_DOWN -> outcomes.record(of(runtime, action), new Outcome.Cancelled("shutdown"), false);
            case CANCEL -> outcomes.record(of(runtime, action), new Outcome.Cancelled("by hand", true), false);
            case RECORD_ALL -> outcomes.recordAll(runtime);
            case RECORD_AGAIN -> outcomes.recordAgain(runtime, action.which());
            case GIVE_BACK -> outcomes.giveBack(of(runtime, action));
            case GIVE_BACK_UNSTARTED -> outcomes.giveBackUnstarted(runtime);
            case GO_ON -> runtime.goOn(stage.control());
            case LOSE_CONNECTION -> scripts.loseConnection(runtime);
            case WRITE -> of(runtime, action).ifPresent(scripts::write);
            case HOLD -> scripts.hold(of(runtime, action));
            case COMMIT_HELD -> scripts.commitHeld(action.how() > 0);
            case LOCK_ROW -> scripts.lockRow(stage.key(action.which()), action.how());
            case UNLOCK_ROW -> scripts.unlockRow();
            case MOVE_ROW -> scripts.moveRow(stage.key(action.which()), action.how());
            case LOSE_LEASE -> {
                lapse(runtime);
                rescue(runtimes.get((runtime.number + 1) % runtimes.size()));
            }
            case DIE_AGAIN_AND_AGAIN -> dieAgainAndAgain(runtime, action);
            case GO_ROUND -> goRound(runtime, action);
            case LAPSE -> lapse(runtime);
            case RENEW -> renew(runtime);
            case BEGIN_ANEW -> begin(runtime);
            case END -> end(runtime);
            case DRAIN -> claims.drain(runtime, action.how() > 0);
            case RAISE -> claims.raise(runtime, action.how() > 1);
            case RESCUE -> rescue(runtime);
            case RUN_LONG ->
                stage.control()
                        .execute("UPDATE turing.claims SET claimed_at = claimed_at - interval '1 day' "
                                + "WHERE ticket_id IN (SELECT ticket_id FROM turing.claims FOR UPDATE SKIP LOCKED)");
            case SETTLE -> settle(runtime, action.which());
            case RETRY -> retry(stage.taskType(action.which()));
        }
    }

    /** A ticket that somebody ever held: as a rule this runtime's. */
    private Optional<Held> of(ProtocolRuntime runtime, ProtocolAction action) {
        List<Held> own = oracle.held.stream()
                .filter(held -> held.runtime == runtime.number)
                .toList();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        // The latest ones are the interesting ones; the others are late writers.
        return Optional.of(own.get(Math.max(0, own.size() - 1 - action.which() % 4)));
    }

    private void find(ProtocolRuntime runtime, int which) throws InboxFault {
        TaskType taskType = stage.taskType(which);
        Found found = runtime.inboxes.find(taskType, stage.shape(which), 2, Set.of());
        if (!found.candidates().isEmpty()) {
            runtime.keep(new Reading(taskType, found, oracle.step));
        }
    }

    private void settle(ProtocolRuntime runtime, int which) throws InboxFault {
        TaskType taskType = stage.taskType(which);
        runtime.ledger.settle(taskType, stage.shape(which));
        stage.keys().stream().filter(key -> key.taskTypeId() == taskType.id()).forEach(oracle::settled);
    }

    private void dieAgainAndAgain(ProtocolRuntime runtime, ProtocolAction action) throws Exception {
        for (int death = 0; death <= action.how() % 3; death++) {
            if (!oracle.mayClaim(runtime.lease.runtimeId())) {
                begin(runtime);
            }
            find(runtime, action.which());
            claims.own(runtime, runtime.readings.size() - 1, false);
            lapse(runtime);
            rescue(runtimes.get((runtime.number + 1) % runtimes.size()));
            oracle.check(stage.control());
        }
    }

    private void goRound(ProtocolRuntime runtime, ProtocolAction action) throws Exception {
        for (int visit = 0; visit <= action.how(); visit++) {
            find(runtime, 0);
            int heldBefore = oracle.held.size();
            claims.own(runtime, runtime.readings.size() - 1, false);
            for (Held held : List.copyOf(oracle.held.subList(heldBefore, oracle.held.size()))) {
                outcomes.record(Optional.of(held), ProtocolOutcomes.success(), false);
                scripts.moveRow(held.key(), 0);
            }
            oracle.check(stage.control());
        }
    }

    private void begin(ProtocolRuntime runtime) {
        long earlier = runtime.lease.runtimeId();
        runtime.lease.begin();
        if (runtime.number == 0) {
            oracle.leases.replace(earlier, Lease.ENDED); // whether or not it held anything
        }
        oracle.leases.put(runtime.lease.runtimeId(), Lease.STANDING);
        oracle.hosts.put(runtime.lease.runtimeId(), runtime.number);
        freed(oracle.lost());
    }

    private void rescue(ProtocolRuntime runtime) {
        runtime.ledger.rescue();
        oracle.leases.replaceAll((identity, lease) ->
                lease == Lease.LAPSED && identity != runtime.lease.runtimeId() ? Lease.ENDED : lease);
        freed(oracle.lost());
    }

    private void freed(List<Held> lost) {
        lost.forEach(oracle::rescued);
    }

    private void lapse(ProtocolRuntime runtime) throws SQLException {
        long identity = runtime.lease.runtimeId();
        stage.control()
                .execute(
                        "UPDATE turing.runtimes SET lease_until = clock_timestamp() - interval '1 s' WHERE runtime_id = "
                                + identity);
        oracle.leases.replace(identity, Lease.STANDING, Lease.LAPSED);
    }

    private void renew(ProtocolRuntime runtime) {
        assertThat(runtime.lease.renew().isPresent())
                .as("renewed")
                .isEqualTo(oracle.lease(runtime.lease.runtimeId()) == Lease.STANDING);
    }

    private void end(ProtocolRuntime runtime) {
        runtime.lease.end();
        oracle.leases.put(runtime.lease.runtimeId(), Lease.ENDED);
    }

    private void retry(TaskType taskType) {
        reviveAll(runtimes.get(0), taskType);
        stage.keys().stream().filter(key -> key.taskTypeId() == taskType.id()).forEach(oracle::retried);
    }

    private static void reviveAll(ProtocolRuntime runtime, TaskType taskType) {
        Set<String> everyState = Set.copyOf(Retry.STATES);
        new Retry(runtime.database()).revive(new Retry.Filter(null, taskType.id(), null, everyState, null, null));
    }

    /** Everybody dies, somebody comes, the user and people do their part: every subject can be claimed again. */
    private void nothingIsLost() throws Exception {
        for (ProtocolRuntime runtime : runtimes) {
            runtime.goOn(stage.control());
        }
        scripts.close();
        stage.control().execute("UPDATE turing.runtimes SET lease_until = clock_timestamp() - interval '1 s'");
        ProtocolRuntime next = runtimes.get(1);
        next.lease.begin();
        next.ledger.rescue();
        stage.control().execute("UPDATE owl SET status = 'done'; UPDATE hen SET status = 'done'");
        for (int which = 0; which < 2; which++) {
            TaskType taskType = stage.taskType(which);
            next.ledger.settle(taskType, stage.shape(which));
            reviveAll(next, taskType);
        }
        stage.control().execute("UPDATE owl SET status = 'pending'; UPDATE hen SET status = 'pending'");
        for (int which = 0; which < 2; which++) {
            canBeClaimed(next, stage.taskType(which), stage.shape(which));
        }
    }

    /** One after the other, as guards may want it; what a guard sets aside is free after retry. */
    private static void canBeClaimed(ProtocolRuntime next, TaskType taskType, InboxShape shape) throws Exception {
        Set<String> missing = new HashSet<>(Set.of("1", "2"));
        for (int round = 0; round < 4 && !missing.isEmpty(); round++) {
            Found found = next.inboxes.find(taskType, shape, 2, missing);
            List<Claim> claims = next.ledger.claim(
                    taskType, TestDatabase.placed(found.candidates(), next.lease.runtimeId()), found.snapshot(), null);
            claims.forEach(claim -> missing.remove(claim.subject().id()));
            next.ledger.giveBack(claims);
            reviveAll(next, taskType);
        }
        assertThat(missing)
                .as("subjects of %s that can't be claimed in the end", taskType.name())
                .isEmpty();
    }
}
