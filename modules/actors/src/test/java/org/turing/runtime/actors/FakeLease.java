package org.turing.runtime.actors;

import java.time.Duration;
import org.turing.runtime.ports.RuntimeLease;

/** The lease of a {@link FakeWorld}: it stands until a test says that it has lapsed. */
final class FakeLease implements RuntimeLease {
    private final FakeWorld world;
    private long identity;

    FakeLease(FakeWorld world) {
        this.world = world;
    }

    @Override
    public long begin() {
        world.weather();
        world.freeClaims();
        world.leaseStands = true;
        return ++identity;
    }

    @Override
    public int freed() {
        return 0;
    }

    @Override
    public boolean renew() {
        world.onRenew.run();
        world.weather();
        return world.leaseStands;
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
    public void end() {
        world.weather();
        world.leasesEnded.incrementAndGet();
    }
}
