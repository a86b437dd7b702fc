package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that a gate knows.
 *
 * @param model the model whose slots it hands out
 * @param offers what each host offers of it, by runtime id
 * @param quantum how long a lease is kept whoever waits; positive
 * @param paused whether it grants nothing until resumed
 * @param nextLease the id of the next lease; at least 1
 * @param leases what is out, quarantined ones included, in the order granted
 * @param waiting who waits, one entry a holder, in the order come
 * @param used slot time charged for leases that have ended, by holder, as far as it still matters: see {@link SlotTime}
 * @param idle leases on which nothing runs, as far as their holders have said so lately; no event changes it, and it is
 *     written down nowhere, as it means little a moment later: who decides brings it along
 */
public record GateState(
        String model,
        List<Offer> offers,
        Duration quantum,
        boolean paused,
        long nextLease,
        List<Lease> leases,
        List<Waiter> waiting,
        Map<Long, Duration> used,
        Set<Long> idle) {

    public GateState {
        checkQuantum(quantum);
        offers = inOrder(offers);
        leases = List.copyOf(leases);
        waiting = List.copyOf(waiting);
        used = Collections.unmodifiableMap(new TreeMap<>(used));
        idle = Set.copyOf(idle);
    }

    /**
     * A gate at which nobody holds or waits.
     *
     * @throws IllegalArgumentException if {@code quantum} is not positive or a runtime makes two offers
     */
    public static GateState open(String model, List<Offer> offers, Duration quantum) {
        return new GateState(model, offers, quantum, false, 1, List.of(), List.of(), Map.of(), Set.of());
    }

    static void checkQuantum(Duration quantum) {
        if (quantum.isNegative() || quantum.isZero()) {
            throw new IllegalArgumentException("a gate needs a positive quantum, not " + quantum);
        }
    }

    /** Offers by runtime id, so that the same ones are equal. */
    static List<Offer> inOrder(List<Offer> offers) {
        if (offers.stream().mapToLong(Offer::runtime).distinct().count() < offers.size()) {
            throw new IllegalArgumentException("a runtime makes one offer to a gate, but these are: " + offers);
        }
        return offers.stream().sorted(Comparator.comparing(Offer::runtime)).toList();
    }

    /** How many leases at a time the hosts offer together. */
    public int slots() {
        return offers.stream().mapToInt(Offer::slots).sum();
    }

    /** The offer of that runtime, if it makes one. */
    public Optional<Offer> offer(long runtime) {
        return offers.stream().filter(offer -> offer.runtime() == runtime).findFirst();
    }

    /** Slots that no lease takes; a host on which more leases are out than it offers has none. */
    public int free() {
        return Room.now(this).free();
    }

    /** Whether no host offers a slot, so that nothing will ever be granted as it is configured. */
    public boolean blocked() {
        return slots() == 0;
    }

    /** Whether a slot could be handed out now. */
    public boolean grants() {
        return !paused && free() > 0;
    }

    /** The leases of a holder, whatever its incarnation, quarantined ones included. */
    public List<Lease> leasesOf(long holder) {
        return leases.stream().filter(lease -> lease.holder() == holder).toList();
    }

    /** The lease of that id, if it is out. */
    public Optional<Lease> lease(long id) {
        return leases.stream().filter(lease -> lease.id() == id).findFirst();
    }

    /** The waiting entry of a holder, if it waits. */
    public Optional<Waiter> waiter(long holder) {
        return waiting.stream().filter(waiter -> waiter.holder() == holder).findFirst();
    }

    /** Whether its living holder has said that nothing runs on it: it is given back as soon as somebody wants it. */
    public boolean liesIdle(Lease lease) {
        return idle.contains(lease.id()) && !lease.quarantined();
    }

    /**
     * The idle leases that others wait for, whatever their quantum: those who wait find no room that they can use, and
     * would if these were given back.
     */
    public List<Lease> idleAndWanted() {
        return IdleLeases.wanted(this);
    }

    /** The same gate, of which it is known that nothing runs on these leases. */
    public GateState withIdle(Set<Long> idle) {
        return new GateState(model, offers, quantum, paused, nextLease, leases, waiting, used, idle);
    }

    /**
     * The earliest instant at which a {@link GateCommand.Tick} changes anything if nothing else happens before: the
     * quantum of a lease ends that somebody else waits for, or that is beyond a lowered number of slots of its host.
     * Empty if time alone changes nothing. For a state that came from a decision it lies after that decision.
     */
    public Optional<Instant> nextDeadline() {
        return new YieldPlan(this).earliest();
    }

    GateState withSettings(List<Offer> offers, Duration quantum) {
        return new GateState(model, offers, quantum, paused, nextLease, leases, waiting, used, idle);
    }

    GateState withPaused(boolean paused) {
        return new GateState(model, offers, quantum, paused, nextLease, leases, waiting, used, idle);
    }

    GateState withLeases(List<Lease> leases) {
        return new GateState(model, offers, quantum, paused, nextLease, leases, waiting, used, idle);
    }

    GateState withNextLease(long nextLease) {
        return new GateState(model, offers, quantum, paused, nextLease, leases, waiting, used, idle);
    }

    GateState withWaiting(List<Waiter> waiting) {
        return new GateState(model, offers, quantum, paused, nextLease, leases, waiting, used, idle);
    }

    GateState withUsed(Map<Long, Duration> used) {
        return new GateState(model, offers, quantum, paused, nextLease, leases, waiting, used, idle);
    }
}
