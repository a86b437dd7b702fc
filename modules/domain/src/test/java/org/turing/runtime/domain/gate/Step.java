package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * One step of a random history, turned into a command once the state is known.
 *
 * @param kind what is told
 * @param holder whose command
 * @param life which incarnation
 * @param number slots wanted or configured; also which lease
 * @param priority the request's priority
 * @param later milliseconds since the step before; may be negative, as clocks are
 */
record Step(Kind kind, long holder, int life, int number, int priority, long later) {

    enum Kind {
        REQUEST,
        WITHDRAW,
        RELEASE,
        LOST,
        CLEARED,
        CONFIGURE,
        PAUSE,
        RESUME,
        TICK
    }

    static Arbitrary<List<Step>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.just(Kind.REQUEST)),
                Tuple.of(2, Arbitraries.just(Kind.WITHDRAW)),
                Tuple.of(8, Arbitraries.just(Kind.RELEASE)),
                Tuple.of(3, Arbitraries.just(Kind.LOST)),
                Tuple.of(3, Arbitraries.just(Kind.CLEARED)),
                Tuple.of(2, Arbitraries.just(Kind.CONFIGURE)),
                Tuple.of(1, Arbitraries.just(Kind.PAUSE)),
                Tuple.of(2, Arbitraries.just(Kind.RESUME)),
                Tuple.of(6, Arbitraries.just(Kind.TICK)));
        Arbitrary<Long> later = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0L)),
                Tuple.of(6, Arbitraries.longs().between(1, 20_000)),
                Tuple.of(2, Arbitraries.longs().between(20_000, 200_000)),
                Tuple.of(1, Arbitraries.longs().between(-5_000, -1)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.longs().between(1, 4),
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(-2, 2),
                        later)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(80);
    }

    GateCommand command(GateState state, Instant now) {
        return switch (kind) {
            case REQUEST -> new GateCommand.Request(holder, Gate.life(holder, life), number, priority, now);
            case WITHDRAW -> new GateCommand.Withdraw(holder, now);
            case RELEASE -> new GateCommand.Release(lease(state), now);
            case LOST -> new GateCommand.HolderLost(holder, Gate.life(holder, life), now);
            case CLEARED -> new GateCommand.Cleared(lease(state), now);
            case CONFIGURE -> new GateCommand.Configure(number, Duration.ofSeconds(10 + 10L * life), now);
            case PAUSE -> new GateCommand.Pause(now);
            case RESUME -> new GateCommand.Resume(now);
            case TICK -> new GateCommand.Tick(now);
        };
    }

    /** A lease that is out, or now and then one that is not. */
    private long lease(GateState state) {
        int which =
                (int) (holder * 7 + number * 3 + priority + 2) % (state.leases().size() + 1);
        return which < state.leases().size() ? state.leases().get(which).id() : state.nextLease() - 1;
    }
}
