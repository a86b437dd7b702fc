package org.turing.runtime.bench.micro;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.turing.runtime.domain.gate.GateCommand;
import org.turing.runtime.domain.gate.GateDecisions;
import org.turing.runtime.domain.gate.GateEvent;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;
import org.turing.runtime.domain.gate.Offer;

/** A slot that goes from one task type to the next one while others wait: what a gate decides for each lane's turn. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GateDecision {

    private static final Duration QUANTUM = Duration.ofSeconds(30);
    private static final UUID INCARNATION = new UUID(0, 1);

    /** How many task types want a slot. */
    @Param({"2", "20", "200"})
    public int holders;

    /** How many slots there are, one on each host. */
    @Param({"1", "16"})
    public int slots;

    private GateState state = GateState.open("model", List.of(), QUANTUM);
    private Instant now = Instant.EPOCH;

    /** All want a slot, and there are fewer or just as many. */
    @Setup(Level.Iteration)
    public void ask() {
        List<Offer> offers = LongStream.rangeClosed(1, slots)
                .mapToObj(host -> new Offer(host, "host-" + host, 1, true, List.of()))
                .toList();
        state = GateState.open("model", offers, QUANTUM);
        for (long holder = 1; holder <= holders; holder++) {
            request(holder);
        }
    }

    /** The oldest lease ends, and its holder waits again. */
    @Benchmark
    public GateState turn() {
        now = now.plusMillis(100);
        Lease oldest = state.leases().get(0);
        obey(new GateCommand.Release(oldest.id(), now));
        request(oldest.holder());
        return state;
    }

    private void request(long holder) {
        obey(new GateCommand.Request(holder, INCARNATION, 1, 0, Set.of(), now));
    }

    private void obey(GateCommand command) {
        for (GateEvent event : GateDecisions.decide(state, command)) {
            state = GateDecisions.apply(state, event);
        }
    }
}
