package org.turing.runtime.actors.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArbiterLeaseTest {

    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofHours(1);
    private static final String OTHER_SIDE = "127.0.0.1:1#1";

    private final FakeArbiter arbiter = new FakeArbiter();
    private ActorSystem<Void> system;
    private ArbiterLease lease;
    private String self;

    @BeforeAll
    void open() {
        system = Forming.start(
                Behaviors.empty(),
                ClusterSettings.OF_ONE,
                ConfigFactory.load(),
                ActorSystemSetup.create(new ArbiterSetup(arbiter)));
        var address = Cluster.get(system.classicSystem()).selfUniqueAddress();
        self = address.address().hostPort() + "#" + address.longUid();
    }

    @AfterAll
    void close() {
        system.terminate();
        assertThat(system.getWhenTerminated().toCompletableFuture()).succeedsWithin(GENEROUS);
    }

    @BeforeEach
    void start() {
        if (lease != null) {
            assertThat(lease.release().toCompletableFuture()).succeedsWithin(GENEROUS);
        }
        arbiter.release(OTHER_SIDE);
        arbiter.away = false;
        lease = lease("heartbeat-timeout = 1s, heartbeat-interval = 50ms, lease-operation-timeout = 100ms,"
                + " patience-without-database = 60s");
    }

    @Test
    void theWordIsRenewedUntilItIsGivenBack() {
        assertThat(lease.acquire().toCompletableFuture())
                .succeedsWithin(GENEROUS)
                .isEqualTo(true);
        assertThat(lease.checkLease()).isTrue();
        int before = arbiter.asked.get();

        await().atMost(GENEROUS).until(() -> arbiter.asked.get() > before + 40);
        assertThat(arbiter.holder()).isEqualTo(self);
        assertThat(lease.checkLease()).isTrue();

        assertThat(lease.release().toCompletableFuture())
                .succeedsWithin(GENEROUS)
                .isEqualTo(true);
        assertThat(lease.checkLease()).isFalse();
        assertThat(arbiter.holder()).isNull();
    }

    @Test
    void whileTheOtherSideHasItItIsAskedForAFewTimesAndThenDenied() {
        arbiter.take(OTHER_SIDE, Set.of(), LONG);
        int before = arbiter.asked.get();

        assertThat(lease.acquire().toCompletableFuture())
                .succeedsWithin(GENEROUS)
                .isEqualTo(false);
        assertThat(arbiter.asked.get()).isGreaterThan(before + 1);
        assertThat(lease.checkLease()).isFalse();
    }

    @Test
    void whoseHolderDiedIsFreeWhenItHasLapsed() {
        ArbiterLease patient =
                lease("heartbeat-timeout = 1s, heartbeat-interval = 100ms, lease-operation-timeout = 60s,"
                        + " patience-without-database = 60s");
        arbiter.take(OTHER_SIDE, Set.of(), Duration.ofMillis(700));

        assertThat(patient.acquire().toCompletableFuture())
                .succeedsWithin(GENEROUS)
                .isEqualTo(true);
        assertThat(patient.release().toCompletableFuture()).succeedsWithin(GENEROUS);
    }

    @Test
    void aDatabaseThatIsAwayIsWaitedFor() {
        arbiter.away = true;
        int before = arbiter.asked.get();
        CompletableFuture<Boolean> answer = lease.acquire().toCompletableFuture();
        await().atMost(GENEROUS).until(() -> arbiter.asked.get() > before + 2);
        assertThat(answer).isNotDone();

        arbiter.away = false;

        assertThat(answer).succeedsWithin(GENEROUS).isEqualTo(true);
    }

    @Test
    void butNotForEver() {
        ArbiterLease impatient = lease("heartbeat-timeout = 1s, heartbeat-interval = 100ms,"
                + " lease-operation-timeout = 60s, patience-without-database = 1s");
        arbiter.away = true;

        assertThat(impatient.acquire().toCompletableFuture())
                .succeedsWithin(GENEROUS)
                .isEqualTo(false);
    }

    @Test
    void whoLosesItIsTold() {
        CompletableFuture<Optional<Throwable>> lost = new CompletableFuture<>();
        assertThat(lease.acquire(lost::complete).toCompletableFuture())
                .succeedsWithin(GENEROUS)
                .isEqualTo(true);

        arbiter.take(OTHER_SIDE, Set.of(self), LONG);

        assertThat(lost).succeedsWithin(GENEROUS);
        assertThat(lease.checkLease()).isFalse();
    }

    private ArbiterLease lease(String changes) {
        Config config = ConfigFactory.parseString(changes)
                .withFallback(system.settings().config().getConfig("pekko.coordination.turing-arbiter"));
        return new ArbiterLease(
                LeaseSettings.apply(config, "split", "ignored"), (ExtendedActorSystem) system.classicSystem());
    }
}
