package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.ProtocolOracle.Held;
import org.turing.runtime.database.ProtocolOracle.Key;
import org.turing.runtime.database.ProtocolRuntime.Reading;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.Placement;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.LeaseLapsed;

/** How runtimes claim: for themselves and for others, under an epoch or none, at once or with a pause in between. */
final class ProtocolClaims {

    private static final String MODEL = "mistral";

    /**
     * A claim that is asked for.
     *
     * @param placements for whom
     * @param epoch under which epoch, if any
     * @param able of those runtimes the ones that may claim now
     */
    private record Wish(
            Reading reading,
            List<Placement> placements,
            @Nullable GateEpoch epoch,
            Set<Long> able) {}

    private final ProtocolStage stage;
    private final List<ProtocolRuntime> runtimes;
    private final ProtocolOracle oracle;

    ProtocolClaims(ProtocolStage stage, ProtocolOracle oracle) {
        this.stage = stage;
        this.runtimes = stage.runtimes();
        this.oracle = oracle;
    }

    /** For the runtime itself, what one of its readings shows. */
    void own(ProtocolRuntime runtime, int which, boolean wait) throws Exception {
        if (!runtime.readings.isEmpty()) {
            Reading reading = runtime.readings.get(which % runtime.readings.size());
            List<Placement> placements = TestDatabase.placed(reading.found().candidates(), runtime.lease.runtimeId());
            claim(runtime, wish(reading, placements, null), wait);
        }
    }

    /** By turns for the runtimes, beginning with one of them. */
    void shared(ProtocolRuntime runtime, ProtocolAction action, boolean underASlot) throws Exception {
        if (runtime.readings.isEmpty()) {
            return;
        }
        Reading reading = runtime.readings.get(action.which() % runtime.readings.size());
        List<Placement> placements = new ArrayList<>();
        for (Candidate candidate : reading.found().candidates()) {
            ProtocolRuntime host = runtimes.get((runtime.number + action.how() + placements.size()) % runtimes.size());
            placements.add(new Placement(candidate, host.lease.runtimeId()));
        }
        GateEpoch epoch = underASlot ? new GateEpoch(MODEL, runtime.epoch) : null;
        claim(runtime, wish(reading, placements, epoch), action.how() == 3);
    }

    private Wish wish(Reading reading, List<Placement> placements, @Nullable GateEpoch epoch) {
        Set<Long> able = placements.stream()
                .map(Placement::runtimeId)
                .filter(oracle::mayClaim)
                .collect(Collectors.toSet());
        return new Wish(reading, placements, epoch, able);
    }

    private boolean isLatest(@Nullable GateEpoch epoch) {
        return epoch == null || epoch.epoch() == oracle.epoch;
    }

    private void claim(ProtocolRuntime runtime, Wish wish, boolean wait) throws Exception {
        Callable<List<Claim>> call = () -> runtime.ledger.claim(
                wish.reading().taskType(),
                wish.placements(),
                wish.reading().found().snapshot(),
                wish.epoch());
        ProtocolMemory before = oracle.memory.copy();
        CompletableFuture<List<Claim>> claims =
                wait ? runtime.callAndWait(stage.control(), stage.threads(), call) : called(call);
        Runnable goesOn = () -> answer(claims, wish).forEach(claim -> {
            Held now = held(wish.reading().taskType(), claim);
            oracle.mayBeClaimed(now, before, runtime.guards);
            oracle.claimed(now, wish.reading().step());
        });
        runtime.whenDone(claims, goesOn, wish.able(), wish.epoch() != null && isLatest(wish.epoch()));
    }

    private static <T> CompletableFuture<T> called(Callable<T> call) {
        try {
            return CompletableFuture.completedFuture(call.call());
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The claims that a call comes to: none without a lease or under an earlier epoch, and then it says so. */
    private List<Claim> answer(CompletableFuture<List<Claim>> call, Wish wish) {
        try {
            List<Claim> claims = call.get();
            assertThat(claims)
                    .as("claims, of runtimes that may claim")
                    .allMatch(claim -> wish.able().contains(claim.runtimeId()));
            assertThat(wish.able()).as("runtimes that may claim").isNotEmpty();
            assertThat(isLatest(wish.epoch()))
                    .as("%s is the latest epoch", wish.epoch())
                    .isTrue();
            return claims;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LeaseLapsed) {
                assertThat(wish.able())
                        .as("runtimes that could claim and can, of which it is said that they can't")
                        .noneMatch(oracle::mayClaim);
            } else if (e.getCause() instanceof EpochPassed) {
                assertThat(isLatest(wish.epoch()))
                        .as("%s was passed", wish.epoch())
                        .isFalse();
            } else {
                throw new IllegalStateException(e);
            }
            return List.of();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Held held(TaskType taskType, Claim claim) {
        Held now = new Held(host(claim.runtimeId()).number, claim.runtimeId(), taskType, claim);
        if (taskType.movesStatus()) {
            assertThat(oracle.row(now.key()).status)
                    .as("declared status of a claim")
                    .isEqualTo("pending");
        }
        return now;
    }

    /** Who had that identity when the claim was made, whatever its identity now. */
    private ProtocolRuntime host(long identity) {
        return runtimes.get(oracle.hosts.get(identity));
    }

    void byHand(ProtocolRuntime runtime, Key key, int how) throws Exception {
        TaskType taskType = stage.taskType(key);
        long identity =
                runtimes.get((runtime.number + how) % runtimes.size()).lease.runtimeId();
        Candidate candidate = new Candidate(new Subject("row", key.subjectId()), "{}");
        boolean able = oracle.mayClaim(identity);
        Claim claim;
        try {
            claim = runtime.ledger.claimByHand(taskType, candidate, identity);
        } catch (LeaseLapsed e) {
            assertThat(able).as("lease").isFalse();
            return;
        }
        boolean free =
                oracle.held.stream().noneMatch(held -> held.live && held.key().equals(key));
        assertThat(claim != null).as("claimed by hand").isEqualTo(able && free);
        if (claim != null) {
            Held now = new Held(host(identity).number, identity, taskType, claim);
            assertThat(claim.attempt()).as("attempt by hand").isEqualTo(oracle.memory.nextAttempt(key));
            if (claim.attempt() == 1) {
                oracle.attemptsBeginAnew(key);
            }
            oracle.claimed(now, oracle.step);
        }
    }

    /** The first incarnation of the gate, of which everybody knows. */
    void firstEpoch() {
        oracle.epoch = new JdbcGateEpochs(runtimes.get(0).database()).raise(MODEL);
        runtimes.forEach(runtime -> runtime.epoch = oracle.epoch);
    }

    /** A new incarnation begins at this runtime, of which everybody hears or nobody; a claim under way holds it up. */
    void raise(ProtocolRuntime runtime, boolean heard) {
        if (runtimes.stream().anyMatch(other -> other.waiting != null && other.waiting.underAnEpoch())) {
            assertThatThrownBy(() -> new JdbcGateEpochs(stage.hasty()).raise(MODEL))
                    .as("a new epoch beside a claim that is being made under the latest one")
                    .isInstanceOf(DatabaseUnavailable.class);
            return;
        }
        long epoch = new JdbcGateEpochs(runtime.database()).raise(MODEL);
        assertThat(epoch).isGreaterThan(oracle.epoch);
        oracle.epoch = epoch;
        runtimes.stream().filter(other -> heard || other == runtime).forEach(other -> other.epoch = epoch);
    }

    /**
     * Nothing more is to be claimed for its present identity; a claim under way holds it up.
     *
     * @param rather whether to drain one of those that claims are under way for, if there are any
     */
    void drain(ProtocolRuntime runtime, boolean rather) {
        List<Long> locked = runtimes.stream()
                .flatMap(other -> other.waiting == null ? Stream.empty() : other.waiting.locked().stream())
                .sorted()
                .toList();
        long identity = rather && !locked.isEmpty() ? locked.get(0) : runtime.lease.runtimeId();
        if (locked.contains(identity)) {
            assertThatThrownBy(() -> JdbcRuntimeLease.drain(stage.hasty(), identity))
                    .as("draining beside a claim that is being made")
                    .isInstanceOf(DatabaseUnavailable.class);
            return;
        }
        JdbcRuntimeLease.drain(runtime.database(), identity);
        oracle.draining.add(identity);
    }
}
