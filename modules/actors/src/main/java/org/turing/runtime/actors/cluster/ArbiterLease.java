package org.turing.runtime.actors.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.Arbiter;
import org.turing.runtime.ports.DatabaseUnavailable;

/**
 * The word of the arbiter, as Pekko's split-brain resolver asks for it (strategy {@code lease-majority}). Who has it
 * renews it until it is given back, so it outlives its holder's death by its {@code heartbeat-timeout} only. While the
 * other side has it, it is asked for until that must have lapsed if nobody renewed it; while the database does not
 * answer, longer, but not as long as the other side would keep it. It may be taken over from a node that can be
 * reached: that is on the same side.
 */
public final class ArbiterLease extends Lease {

    private static final Logger LOG = LoggerFactory.getLogger(ArbiterLease.class);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final LeaseSettings settings;
    private final ExtendedActorSystem system;
    private final Executor blocking;
    private final Duration stands;
    private final Duration whileAway;
    private volatile long standsUntil;
    private volatile boolean held;
    private volatile @Nullable Cancellable renewals;

    /** Made by Pekko. */
    public ArbiterLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        this.system = system;
        this.blocking = system.dispatchers().lookup("turing.dispatchers.database");
        this.stands = settings.timeoutSettings().getHeartbeatTimeout();
        this.whileAway = settings.leaseConfig().getDuration("patience-without-database");
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        return acquire(lost -> {});
    }

    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> leaseLost) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        attempt(System.nanoTime(), leaseLost, answer);
        return answer;
    }

    @Override
    public CompletionStage<Boolean> release() {
        forget();
        return CompletableFuture.supplyAsync(
                () -> {
                    arbiter().release(self());
                    return true;
                },
                blocking);
    }

    @Override
    public boolean checkLease() {
        return held && System.nanoTime() - standsUntil < 0;
    }

    private void attempt(long since, Consumer<Optional<Throwable>> leaseLost, CompletableFuture<Boolean> answer) {
        blocking.execute(() -> {
            try {
                if (take(sameSide())) {
                    renewFromNowOn(leaseLost);
                    answer.complete(true);
                } else {
                    again(since, settings.timeoutSettings().getOperationTimeout(), leaseLost, answer);
                }
            } catch (DatabaseUnavailable away) {
                LOG.warn("which side goes on can't be decided now: {}", away.getMessage());
                again(since, whileAway, leaseLost, answer);
            } catch (RuntimeException unforeseen) {
                answer.completeExceptionally(unforeseen);
            }
        });
    }

    private void again(
            long since, Duration patience, Consumer<Optional<Throwable>> leaseLost, CompletableFuture<Boolean> answer) {
        if (System.nanoTime() - since > patience.toNanos()) {
            answer.complete(false);
        } else {
            system.scheduler().scheduleOnce(AGAIN, () -> attempt(since, leaseLost, answer), system.dispatcher());
        }
    }

    private boolean take(Set<String> mine) {
        long before = System.nanoTime();
        boolean taken = arbiter().take(self(), mine, stands);
        if (taken) {
            standsUntil = before + stands.toNanos();
        }
        return taken;
    }

    private synchronized void renewFromNowOn(Consumer<Optional<Throwable>> leaseLost) {
        forget();
        held = true;
        Duration every = settings.timeoutSettings().getHeartbeatInterval();
        renewals = system.scheduler()
                .scheduleWithFixedDelay(
                        every, every, () -> blocking.execute(() -> renew(leaseLost)), system.dispatcher());
    }

    private void renew(Consumer<Optional<Throwable>> leaseLost) {
        try {
            if (held && !take(Set.of())) {
                forget();
                leaseLost.accept(Optional.empty());
            }
        } catch (DatabaseUnavailable away) {
            LOG.debug("the arbiter's word could not be renewed: {}", away.getMessage());
        }
    }

    private synchronized void forget() {
        held = false;
        Cancellable timer = renewals;
        if (timer != null) {
            timer.cancel();
            renewals = null;
        }
    }

    private Set<String> sameSide() {
        CurrentClusterState state = Cluster.get(system).state();
        return StreamSupport.stream(state.getMembers().spliterator(), false)
                .filter(member -> !state.getUnreachable().contains(member))
                .map(member -> named(member.uniqueAddress()))
                .collect(Collectors.toSet());
    }

    private String self() {
        return named(Cluster.get(system).selfUniqueAddress());
    }

    private static String named(UniqueAddress address) {
        return address.address().hostPort() + "#" + address.longUid();
    }

    private Arbiter arbiter() {
        return system.settings()
                .setup()
                .get(ArbiterSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system was handed no arbiter"))
                .arbiter();
    }
}
