package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.GateEpoch;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.Inboxes.Found;
import org.turing.runtime.ports.LeaseLapsed;

/** Claims in one transaction while others change what they rely on in another: neither passes the other unseen. */
class ClaimRacesTest {

    private static final Duration GENEROUS = Duration.ofSeconds(60);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private TestDatabase test;
    private Connection other;
    private Statement control;

    /** Whose claims wait before their first insert, with all their locks, for as long as the test wants. */
    private ProtocolRuntime claimer;

    private TestDatabase.TestRuntime host;
    private TaskType taskType;

    @BeforeEach
    void start() throws Exception {
        test = new TestDatabase();
        ProtocolStage.prepare(test);
        taskType = test.taskType("hens");
        other = test.connection();
        control = other.createStatement();
        claimer = new ProtocolRuntime(1, test.settings, ProtocolMutant.NONE);
        claimer.lease.begin();
        host = test.new TestRuntime("host");
    }

    @AfterEach
    void close() throws Exception {
        claimer.abandon(control);
        threads.shutdown();
        other.close();
        claimer.close();
        test.close();
    }

    private List<Claim> claim(@Nullable GateEpoch epoch) throws Exception {
        Found found = test.look(taskType, 2);
        return claimer.ledger.claim(
                taskType, TestDatabase.placed(found.candidates(), host.lease.runtimeId()), found.snapshot(), epoch);
    }

    /** A claim for the host that has everything but its rows; {@link ProtocolRuntime#goOn} lets it go on. */
    private CompletableFuture<List<Claim>> underWay(@Nullable GateEpoch epoch) throws Exception {
        CompletableFuture<List<Claim>> claims = claimer.callAndWait(control, threads, () -> claim(epoch));
        assertThat(claims).as("it waits").isNotDone();
        claimer.whenDone(claims, () -> {}, Set.of(), false);
        return claims;
    }

    private <T> CompletableFuture<T> async(Callable<T> call) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return call.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    /** What waits for a lock for too long is asked again, as its callers do. */
    private <T> CompletableFuture<T> asyncAgainAndAgain(Callable<T> call) {
        return async(() -> {
            while (true) {
                try {
                    return call.call();
                } catch (DatabaseUnavailable e) {
                    assertThat(e.getMessage()).contains("lock timeout");
                }
            }
        });
    }

    private void awaitWaitingForARow() {
        Awaitility.await()
                .atMost(GENEROUS)
                .until(() -> !test.values("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                                + "AND wait_event_type = 'Lock' AND wait_event <> 'advisory'")
                        .isEmpty());
    }

    private String claimed() throws Exception {
        return String.valueOf(test.value("SELECT count(*) FROM turing.claims"));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(GENEROUS.toSeconds(), TimeUnit.SECONDS);
    }

    private static void assertFails(CompletableFuture<?> future, Class<? extends Throwable> why) {
        assertThatThrownBy(() -> get(future))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(why);
    }

    @Test
    void aNewEpochWaitsForTheClaimsThatAreBeingMadeUnderTheLatest() throws Exception {
        JdbcGateEpochs epochs = new JdbcGateEpochs(test.database);
        GateEpoch first = new GateEpoch("mistral", epochs.raise("mistral"));
        CompletableFuture<List<Claim>> claims = underWay(first);
        assertThat(epochs.raise("qwen")).as("another model's").isOne();
        CompletableFuture<String> claimedWhenRaised = asyncAgainAndAgain(() -> {
            epochs.raise("mistral");
            return claimed();
        });
        awaitWaitingForARow();
        assertThat(claimed()).isEqualTo("0");
        claimer.goOn(control);
        assertThat(get(claims)).hasSize(2);
        assertThat(get(claimedWhenRaised)).isEqualTo("2");
        claimer.ledger.giveBack(get(claims));
        assertThatThrownBy(() -> claim(first)).isInstanceOf(EpochPassed.class);
    }

    @Test
    void aClaimWaitsForTheEpochThatIsBeingRaisedAndIsRefused() throws Exception {
        GateEpoch first = new GateEpoch("mistral", new JdbcGateEpochs(test.database).raise("mistral"));
        other.setAutoCommit(false);
        control.execute("UPDATE turing.gates SET epoch = epoch + 1");
        CompletableFuture<List<Claim>> claims = asyncAgainAndAgain(() -> claim(first));
        awaitWaitingForARow();
        other.commit();
        other.setAutoCommit(true);
        assertFails(claims, EpochPassed.class);
        assertThat(claimed()).isEqualTo("0");
    }

    @Test
    void aClaimWaitsForTheEpochThatIsBeingRaisedAndGoesThroughIfThatComesToNothing() throws Exception {
        GateEpoch first = new GateEpoch("mistral", new JdbcGateEpochs(test.database).raise("mistral"));
        other.setAutoCommit(false);
        control.execute("UPDATE turing.gates SET epoch = epoch + 1");
        CompletableFuture<List<Claim>> claims = asyncAgainAndAgain(() -> claim(first));
        awaitWaitingForARow();
        other.rollback();
        other.setAutoCommit(true);
        assertThat(get(claims)).hasSize(2);
    }

    @Test
    void drainingWaitsForClaimsThatAreBeingMadeAndTheLeaseGoesOnMeanwhile() throws Exception {
        CompletableFuture<List<Claim>> claims = underWay(null);
        assertThat(host.lease.renew()).as("beside the claim").isPresent();
        CompletableFuture<String> claimedWhenDraining = asyncAgainAndAgain(() -> {
            host.lease.drain();
            return claimed();
        });
        awaitWaitingForARow();
        assertThat(host.lease.renew()).as("beside the wait").isPresent();
        claimer.goOn(control);
        assertThat(get(claims)).hasSize(2);
        assertThat(get(claimedWhenDraining)).isEqualTo("2");
        assertThat(host.lease.renew()).isPresent();
        claimer.ledger.giveBack(get(claims));
        assertThatThrownBy(() -> claim(null)).isInstanceOf(LeaseLapsed.class);
    }

    @Test
    void aClaimWaitsForARuntimeThatBeginsToDrainAndIsRefused() throws Exception {
        other.setAutoCommit(false);
        control.execute("SELECT FROM turing.runtimes WHERE runtime_id = " + host.lease.runtimeId() + " FOR UPDATE");
        control.execute("UPDATE turing.runtimes SET draining = true WHERE runtime_id = " + host.lease.runtimeId());
        CompletableFuture<List<Claim>> claims = asyncAgainAndAgain(() -> claim(null));
        awaitWaitingForARow();
        other.commit();
        other.setAutoCommit(true);
        assertFails(claims, LeaseLapsed.class);
        assertThat(claimed()).isEqualTo("0");
    }

    @Test
    void whatAnEarlierActorIsStillClaimingIsGivenBackWithTheRest() throws Exception {
        CompletableFuture<List<Claim>> claims = underWay(null);
        Set<Long> both = Set.of(host.lease.runtimeId(), claimer.lease.runtimeId());
        CompletableFuture<Integer> givenBack =
                asyncAgainAndAgain(() -> test.runtime.ledger.giveBackAllBut(taskType.id(), both, Set.of()));
        awaitWaitingForARow();
        assertThat(host.lease.renew()).as("beside the wait").isPresent();
        claimer.goOn(control);
        assertThat(get(claims)).hasSize(2);
        assertThat(get(givenBack)).isEqualTo(2);
        assertThat(claimed()).isEqualTo("0");
    }

    @Test
    void aClaimThatIsBeingMadeDoesNotKeepALapsedRuntimeFromBeingEnded() throws Exception {
        CompletableFuture<List<Claim>> claims = underWay(null);
        host.lapse();
        test.runtime.ledger.rescue();
        assertThat(test.value("SELECT ended_at IS NOT NULL FROM turing.runtimes WHERE runtime_id = "
                        + host.lease.runtimeId()))
                .isEqualTo("t");
        claimer.goOn(control);
        assertThat(get(claims)).hasSize(2);
        assertThat(test.runtime.ledger.rescue().claims()).isEqualTo(2);
    }
}
