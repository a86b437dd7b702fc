package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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
 * @param number slots wanted or offered; also which lease
 * @param priority the request's priority
 * @param hosts a bit for each of three hosts: those that it can use, none for any; those that make an offer
 * @param later milliseconds since the step before; may be negative, as clocks are
 */
record Step(Kind kind, long holder, int life, int number, int priority, int hosts, long later) {

    enum Kind {
        REQUEST,
        WITHDRAW,
        RELEASE,
        LOST,
        LEASE_LOST,
        CLEARED,
        CONFIGURE,
        PAUSE,
        RESUME,
        TICK,
        IDLE,
        AT_WORK
    }

    static Arbitrary<List<Step>> histories() {
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.just(Kind.REQUEST)),
                Tuple.of(2, Arbitraries.just(Kind.WITHDRAW)),
                Tuple.of(8, Arbitraries.just(Kind.RELEASE)),
                Tuple.of(3, Arbitraries.just(Kind.LOST)),
                Tuple.of(1, Arbitraries.just(Kind.LEASE_LOST)),
                Tuple.of(4, Arbitraries.just(Kind.CLEARED)),
                Tuple.of(3, Arbitraries.just(Kind.CONFIGURE)),
                Tuple.of(1, Arbitraries.just(Kind.PAUSE)),
                Tuple.of(2, Arbitraries.just(Kind.RESUME)),
                Tuple.of(6, Arbitraries.just(Kind.TICK)),
                Tuple.of(6, Arbitraries.just(Kind.IDLE)),
                Tuple.of(2, Arbitraries.just(Kind.AT_WORK)));
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
                        Arbitraries.integers().between(0, 7),
                        later)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(80);
    }

    GateCommand command(GateState state, Instant now) {
        return switch (kind) {
            case REQUEST -> new GateCommand.Request(holder, Gate.life(holder, life), number, priority, runtimes(), now);
            case WITHDRAW -> new GateCommand.Withdraw(holder, now);
            case RELEASE -> new GateCommand.Release(lease(state), now);
            case LOST -> new GateCommand.HolderLost(holder, Gate.life(holder, life), now);
            case LEASE_LOST -> new GateCommand.LeaseLost(lease(state), now);
            case CLEARED -> new GateCommand.Cleared(lease(state), now);
            case CONFIGURE -> new GateCommand.Configure(offers(), Duration.ofSeconds(10 + 10L * life), now);
            case PAUSE -> new GateCommand.Pause(now);
            case RESUME -> new GateCommand.Resume(now);
            case TICK, IDLE, AT_WORK -> new GateCommand.Tick(now);
        };
    }

    private Set<Long> runtimes() {
        return LongStream.rangeClosed(1, 3).filter(this::marked).boxed().collect(Collectors.toSet());
    }

    private List<Offer> offers() {
        return LongStream.rangeClosed(1, 3)
                .filter(this::marked)
                .mapToObj(host -> new Offer(
                        host, "host-" + host, (int) (number + host) % 3, (holder + host) % 2 == 0, Gate.gpus(host)))
                .toList();
    }

    private boolean marked(long host) {
        return (hosts >> (host - 1)) % 2 == 1;
    }

    /** A lease that is out, or now and then one that is not. */
    long lease(GateState state) {
        int which =
                (int) (holder * 7 + number * 3 + priority + 2) % (state.leases().size() + 1);
        return which < state.leases().size() ? state.leases().get(which).id() : state.nextLease() - 1;
    }
}
