package org.turing.runtime.domain.gate;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of a gate, as functions of what it knows: the same on one node, where the state lives in memory, and in
 * a cluster, where the events are journalled and applied again.
 *
 * <ul>
 *   <li>On no host are there ever more leases than slots, quarantined ones included, unless the slots were lowered
 *       meanwhile; then none is granted there until there is room.
 *   <li>A free slot never waits: whoever asks and can use it gets it unless the gate is paused.
 *   <li>Slots go one by one, to whom {@link GrantOrder} names, on the host and the card that {@link Room} names.
 *   <li>A lease is asked to yield only after its quantum, and only if somebody else would be served there or there are
 *       more leases than slots on its host; see {@link YieldPlan}. One that lies idle is asked back beside the
 *       decisions, as nothing need be remembered of that: see {@link GateState#idleAndWanted}.
 *   <li>The leases on a host that is not offered any more are quarantined.
 * </ul>
 */
public final class GateDecisions {

    private GateDecisions() {}

    /**
     * What follows from a command.
     *
     * @return the events, in order; empty if the command changes nothing, as one about an unknown lease, holder or
     *     incarnation does
     */
    public static List<GateEvent> decide(GateState state, GateCommand command) {
        List<GateEvent> events = new ArrayList<>(answer(state, command));
        if (events.isEmpty() && !(command instanceof GateCommand.Tick)) {
            return List.of();
        }
        GateState after = state;
        for (GateEvent event : events) {
            after = apply(after, event);
        }
        after = grant(after, command.now(), events);
        ask(after, command.now(), events);
        return List.copyOf(events);
    }

    /** The state after an event; does not fail for any event that {@link #decide} made for that state. */
    public static GateState apply(GateState state, GateEvent event) {
        if (event instanceof GateEvent.Queued queued) {
            return queued(state, queued.waiter());
        } else if (event instanceof GateEvent.Withdrawn withdrawn) {
            return SlotTime.prune(state.withWaiting(without(state.waiting(), isWaiter(withdrawn.holder()))));
        } else if (event instanceof GateEvent.Granted granted) {
            return granted(state, granted.lease());
        } else if (event instanceof GateEvent.YieldAsked asked) {
            return state.withLeases(replaced(state.leases(), isLease(asked.leaseId()), Lease::askedToYield));
        } else if (event instanceof GateEvent.Released released) {
            GateState left = state.withLeases(without(state.leases(), isLease(released.leaseId())));
            return SlotTime.prune(SlotTime.charge(left, released.holder(), released.held()));
        } else if (event instanceof GateEvent.Quarantined quarantined) {
            return SlotTime.prune(
                    state.withLeases(replaced(state.leases(), isLease(quarantined.leaseId()), Lease::inQuarantine)));
        } else if (event instanceof GateEvent.Configured configured) {
            return state.withSettings(configured.offers(), configured.quantum());
        } else {
            return state.withPaused(event instanceof GateEvent.Paused);
        }
    }

    private static List<GateEvent> answer(GateState state, GateCommand command) {
        if (command instanceof GateCommand.Request request) {
            return request(state, request);
        } else if (command instanceof GateCommand.Withdraw withdraw) {
            return withdraw(state, withdraw.holder());
        } else if (command instanceof GateCommand.Release release) {
            return end(state, release.leaseId(), false, release.now());
        } else if (command instanceof GateCommand.HolderLost lost) {
            return lose(state, lost);
        } else if (command instanceof GateCommand.LeaseLost lost) {
            return quarantine(state, lease -> lease.id() == lost.leaseId()).toList();
        } else if (command instanceof GateCommand.Cleared cleared) {
            return end(state, cleared.leaseId(), true, cleared.now());
        } else if (command instanceof GateCommand.Configure configure) {
            return configure(state, configure);
        } else if (command instanceof GateCommand.Pause) {
            return state.paused() ? List.of() : List.of(new GateEvent.Paused());
        } else if (command instanceof GateCommand.Resume) {
            return state.paused() ? List.of(new GateEvent.Resumed()) : List.of();
        }
        return List.of();
    }

    private static List<GateEvent> request(GateState state, GateCommand.Request request) {
        if (request.wanted() < 1) {
            return withdraw(state, request.holder());
        }
        Optional<Waiter> earlier = state.waiter(request.holder());
        Instant since = earlier.map(Waiter::since).orElse(request.now());
        Waiter waiter = new Waiter(
                request.holder(),
                request.incarnation(),
                request.wanted(),
                request.priority(),
                request.runtimes(),
                since);
        return earlier.filter(waiter::equals).isPresent() ? List.of() : List.of(new GateEvent.Queued(waiter));
    }

    private static List<GateEvent> withdraw(GateState state, long holder) {
        return state.waiter(holder).isPresent() ? List.of(new GateEvent.Withdrawn(holder)) : List.of();
    }

    private static List<GateEvent> end(GateState state, long leaseId, boolean quarantined, Instant now) {
        return state.lease(leaseId)
                .filter(lease -> lease.quarantined() == quarantined)
                .<List<GateEvent>>map(
                        lease -> List.of(new GateEvent.Released(leaseId, lease.holder(), lease.heldAt(now))))
                .orElse(List.of());
    }

    private static List<GateEvent> lose(GateState state, GateCommand.HolderLost lost) {
        Stream<GateEvent> waiting = state.waiter(lost.holder()).stream()
                .filter(waiter -> waiter.incarnation().equals(lost.incarnation()))
                .map(waiter -> new GateEvent.Withdrawn(waiter.holder()));
        Stream<GateEvent> holding = quarantine(
                state,
                lease -> lease.holder() == lost.holder() && lease.incarnation().equals(lost.incarnation()));
        return Stream.concat(waiting, holding).toList();
    }

    private static List<GateEvent> configure(GateState state, GateCommand.Configure configure) {
        boolean same =
                configure.offers().equals(state.offers()) && configure.quantum().equals(state.quantum());
        if (same) {
            return List.of();
        }
        Set<Long> offered = configure.offers().stream().map(Offer::runtime).collect(Collectors.toSet());
        return Stream.concat(
                        Stream.of(new GateEvent.Configured(configure.offers(), configure.quantum())),
                        quarantine(state, lease -> !offered.contains(lease.runtime())))
                .toList();
    }

    private static Stream<GateEvent> quarantine(GateState state, Predicate<Lease> lost) {
        return state.leases().stream()
                .filter(lost.and(lease -> !lease.quarantined()))
                .map(lease -> new GateEvent.Quarantined(lease.id()));
    }

    private static GateState grant(GateState state, Instant now, List<GateEvent> events) {
        GateState after = state;
        Optional<Lease> next = nextLease(after, now);
        while (next.isPresent()) {
            GateEvent granted = new GateEvent.Granted(next.get());
            events.add(granted);
            after = apply(after, granted);
            next = nextLease(after, now);
        }
        return after;
    }

    private static Optional<Lease> nextLease(GateState state, Instant now) {
        if (!state.grants()) {
            return Optional.empty();
        }
        Room room = Room.now(state);
        return GrantOrder.first(state, now)
                .flatMap(waiter -> room.placeFor(waiter)
                        .map(offer -> lease(state, waiter, offer.runtime(), room.gpuOn(offer), now)));
    }

    private static Lease lease(GateState state, Waiter waiter, long runtime, @Nullable String gpu, Instant now) {
        return new Lease(
                state.nextLease(),
                waiter.holder(),
                waiter.incarnation(),
                runtime,
                now,
                now.plus(state.quantum()),
                false,
                false,
                waiter.priority(),
                gpu);
    }

    private static void ask(GateState state, Instant now, List<GateEvent> events) {
        GateState after = state;
        Optional<Lease> next = new YieldPlan(after).next(now);
        while (next.isPresent()) {
            GateEvent asked = new GateEvent.YieldAsked(next.get().id());
            events.add(asked);
            after = apply(after, asked);
            next = new YieldPlan(after).next(now);
        }
    }

    private static GateState queued(GateState state, Waiter waiter) {
        Optional<Waiter> earlier = state.waiter(waiter.holder());
        boolean comesToEquals =
                earlier.filter(entry -> entry.priority() == waiter.priority()).isEmpty();
        GateState accounted = comesToEquals ? SlotTime.arrive(state, waiter) : state;
        List<Waiter> waiting = earlier.isPresent()
                ? replaced(state.waiting(), isWaiter(waiter.holder()), entry -> waiter)
                : Stream.concat(state.waiting().stream(), Stream.of(waiter)).toList();
        return SlotTime.prune(accounted.withWaiting(waiting));
    }

    private static GateState granted(GateState state, Lease lease) {
        List<Waiter> waiting = state.waiting().stream()
                .flatMap(waiter -> waiter.holder() == lease.holder() ? rest(waiter, lease.since()) : Stream.of(waiter))
                .toList();
        return state.withLeases(
                        Stream.concat(state.leases().stream(), Stream.of(lease)).toList())
                .withWaiting(waiting)
                .withNextLease(lease.id() + 1);
    }

    private static Stream<Waiter> rest(Waiter waiter, Instant now) {
        return waiter.wanted() > 1 ? Stream.of(waiter.wanting(waiter.wanted() - 1, now)) : Stream.empty();
    }

    private static Predicate<Lease> isLease(long id) {
        return lease -> lease.id() == id;
    }

    private static Predicate<Waiter> isWaiter(long holder) {
        return waiter -> waiter.holder() == holder;
    }

    private static <T> List<T> without(List<T> all, Predicate<T> one) {
        return all.stream().filter(one.negate()).toList();
    }

    private static <T> List<T> replaced(List<T> all, Predicate<T> one, UnaryOperator<T> by) {
        return all.stream().map(each -> one.test(each) ? by.apply(each) : each).toList();
    }
}
