package org.turing.runtime.domain.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who gets the next slot, of those that can use one where there is room.
 *
 * <p>Of the holders that wait at one priority the one with the least slot time stands for all, or who has waited for
 * {@link #PATIENCE}, the longest first. Those that stand for their priorities are compared by
 * {@linkplain Waiter#effectivePriority effective priority}, then by slot time, time waited and holder id. So age helps
 * against higher priorities, but does not upset the equal shares of equals, whose turns may well be longer than what
 * earns a point.
 */
final class GrantOrder {

    /** Who has waited so long goes before its equals, whatever its slot time. */
    static final Duration PATIENCE = Waiter.AGEING.multipliedBy(10);

    private GrantOrder() {}

    /** Who is next at {@code now}; empty if nobody waits for whom there is room. */
    static Optional<Waiter> first(GateState state, Instant now) {
        Room room = Room.now(state);
        Comparator<Waiter> bySlotTime = Comparator.<Waiter, Duration>comparing(
                        waiter -> SlotTime.committed(state, waiter.holder(), now))
                .thenComparing(Waiter::since)
                .thenComparingLong(Waiter::holder);
        Map<Integer, List<Waiter>> equals = state.waiting().stream()
                .filter(waiter -> room.placeFor(waiter).isPresent())
                .collect(Collectors.groupingBy(Waiter::priority));
        return equals.values().stream()
                .map(waiters -> standsFor(waiters, bySlotTime, now))
                .max(Comparator.<Waiter>comparingLong(waiter -> waiter.effectivePriority(now))
                        .thenComparing(bySlotTime.reversed()));
    }

    private static Waiter standsFor(List<Waiter> equals, Comparator<Waiter> bySlotTime, Instant now) {
        return equals.stream()
                .filter(waiter -> !waiter.since().plus(PATIENCE).isAfter(now))
                .min(Comparator.comparing(Waiter::since).thenComparingLong(Waiter::holder))
                .or(() -> equals.stream().min(bySlotTime))
                .orElseThrow();
    }
}
