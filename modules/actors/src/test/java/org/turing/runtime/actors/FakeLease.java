package org.turing.runtime.actors;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.turing.runtime.ports.RuntimeLease;

/** The lease of a {@link FakeWorld}: it stands until a test says that it has lapsed. */
final class FakeLease implements RuntimeLease {
    private final FakeWorld world;
    private volatile long identity;

    FakeLease(FakeWorld world) {
        this.world = world;
    }

    @Override
    public long begin() {
        world.weather();
        world.freeClaimsOf(identity);
        world.leaseStands = true;
        identity = world.identities.incrementAndGet();
        return identity;
    }

    @Override
    public int freed() {
        return 0;
    }

    @Override
    public Optional<Pulse> renew() {
        world.onRenew.run();
        world.weather();
        return world.leaseStands ? Optional.of(world.pulse()) : Optional.empty();
    }

    @Override
    public Duration lasts() {
        return world.renewEvery.multipliedBy(4);
    }

    @Override
    public Duration renewEvery() {
        return world.renewEvery;
    }

    @Override
    public void drain() {
        world.weather();
        world.draining.add(identity);
    }

    @Override
    public Set<Long> ended(Set<Long> runtimeIds) {
        world.weather();
        return runtimeIds.stream()
                .filter(id -> id != identity || !world.leaseStands)
                .collect(Collectors.toSet());
    }

    @Override
    public void end() {
        world.weather();
        world.leasesEnded.incrementAndGet();
    }
}
