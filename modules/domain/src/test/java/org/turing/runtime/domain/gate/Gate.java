package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A gate in memory as its actor keeps it: decides, applies, remembers every event. Times are seconds since a start. */
final class Gate {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** The runtime on the host of gates with one host. */
    static final long HOST = 1;

    static final Duration QUANTUM = Duration.ofSeconds(30);

    private final GateState opened;
    private final BiFunction<GateState, GateCommand, List<GateEvent>> decide;
    private final List<GateEvent> events = new ArrayList<>();
    private final Set<Long> idle = new HashSet<>();
    private GateState state;

    Gate(int slots) {
        this(slots, GateDecisions::decide);
    }

    Gate(int slots, BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
        this(host(slots), decide);
    }

    Gate(List<Offer> offers, BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
        this.opened = GateState.open("gemma2", offers, QUANTUM);
        this.decide = decide;
        this.state = opened;
    }

    /** The offer of the only host that there is. */
    static List<Offer> host(int slots) {
        return List.of(host(HOST, slots));
    }

    static Offer host(long runtime, int slots) {
        return host(runtime, "host-" + runtime, slots);
    }

    /** Its cards are those that {@link #gpus} names. */
    static Offer host(long runtime, String name, int slots) {
        return new Offer(runtime, name, slots, false, gpus(runtime));
    }

    /** The cards of that runtime's host: as many as its number, but none on the only host that there is. */
    static List<String> gpus(long runtime) {
        return LongStream.range(runtime == HOST ? runtime : 0, runtime)
                .mapToObj(gpu -> "card-" + gpu)
                .toList();
    }

    /** The only life of a holder that has one. */
    static UUID life(long holder) {
        return life(holder, 1);
    }

    static UUID life(long holder, int number) {
        return new UUID(holder, number);
    }

    static Instant at(double seconds) {
        return START.plusMillis(Math.round(seconds * 1000));
    }

    List<GateEvent> tell(GateCommand command) {
        List<GateEvent> decided = decide.apply(state(), command);
        for (GateEvent event : decided) {
            state = GateDecisions.apply(state, event);
        }
        events.addAll(decided);
        return decided;
    }

    List<GateEvent> request(long holder, int wanted, double seconds) {
        return request(holder, wanted, 0, seconds);
    }

    List<GateEvent> request(long holder, int wanted, int priority, double seconds) {
        return request(holder, wanted, priority, Set.of(), seconds);
    }

    List<GateEvent> request(long holder, int wanted, int priority, Set<Long> runtimes, double seconds) {
        return tell(new GateCommand.Request(holder, life(holder), wanted, priority, runtimes, at(seconds)));
    }

    List<GateEvent> offer(double seconds, Offer... offers) {
        return tell(new GateCommand.Configure(List.of(offers), QUANTUM, at(seconds)));
    }

    List<GateEvent> release(long lease, double seconds) {
        return tell(new GateCommand.Release(lease, at(seconds)));
    }

    List<GateEvent> lose(long holder, double seconds) {
        return tell(new GateCommand.HolderLost(holder, life(holder), at(seconds)));
    }

    /** Its holder says that nothing runs on that lease. */
    void idle(long lease) {
        idle.add(lease);
    }

    /** Its holder says that something runs on it again. */
    void atWork(long lease) {
        idle.remove(lease);
    }

    /** Which idle leases are asked back now. */
    List<Long> askedBack() {
        return state().idleAndWanted().stream().map(Lease::id).toList();
    }

    List<GateEvent> tick(double seconds) {
        return tell(new GateCommand.Tick(at(seconds)));
    }

    GateState state() {
        return state.withIdle(idle);
    }

    /** The state that the events alone give. */
    GateState replayed() {
        GateState replayed = opened;
        for (GateEvent event : events) {
            replayed = GateDecisions.apply(replayed, event);
        }
        return replayed.withIdle(idle);
    }

    /** What was granted by these events, in order. */
    static Stream<Lease> granted(List<GateEvent> events) {
        return events.stream()
                .filter(GateEvent.Granted.class::isInstance)
                .map(event -> ((GateEvent.Granted) event).lease());
    }

    /** Who was granted slots by these events, in order. */
    static List<Long> grantedTo(List<GateEvent> events) {
        return granted(events).map(Lease::holder).toList();
    }

    /** On which runtimes' hosts slots were granted by these events, in order. */
    static List<Long> grantedOn(List<GateEvent> events) {
        return granted(events).map(Lease::runtime).toList();
    }

    /** Which leases were asked for by these events, in order. */
    static List<Long> asked(List<GateEvent> events) {
        return events.stream()
                .filter(GateEvent.YieldAsked.class::isInstance)
                .map(event -> ((GateEvent.YieldAsked) event).leaseId())
                .toList();
    }
}
