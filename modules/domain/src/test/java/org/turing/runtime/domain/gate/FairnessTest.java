package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What follows for holders that keep the contract: equal shares, and nobody waits for ever. */
class FairnessTest {

    private static final Duration WATCHED = Duration.ofHours(2);

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void two_hungry_holders_have_equal_slot_time_within_one_turn_per_slot(
            @ForAll("offers") List<Offer> offers,
            @ForAll @IntRange(min = 1, max = 240) int item,
            @ForAll @IntRange(min = 1, max = 240) int otherItem,
            @ForAll @IntRange(min = 0, max = 5000) int joinsAfter) {
        follow(GateDecisions::decide, offers, item, otherItem, joinsAfter);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void nobody_waits_longer_than_ageing_and_the_turns_of_the_others_explain(
            @ForAll("offers") List<Offer> offers,
            @ForAll("holders") @Size(min = 2, max = 5) List<ObedientHolders.Holder> holders) {
        ObedientHolders simulation = new ObedientHolders(offers, GateDecisions::decide, numbered(offers, holders));
        while (simulation.now().isBefore(Gate.START.plus(WATCHED)) && simulation.step()) {
            assertThat(simulation.longestWait()).isLessThanOrEqualTo(bound(holders));
        }
    }

    static void follow(
            BiFunction<GateState, GateCommand, List<GateEvent>> decide,
            List<Offer> offers,
            int item,
            int otherItem,
            int joinsAfter) {
        Instant joins = Gate.at(joinsAfter);
        int slots = offers.stream().mapToInt(Offer::slots).sum();
        ObedientHolders simulation = new ObedientHolders(
                offers,
                decide,
                List.of(
                        new ObedientHolders.Holder(1, 0, slots, Duration.ofSeconds(item), Gate.START, Set.of()),
                        new ObedientHolders.Holder(2, 0, slots, Duration.ofSeconds(otherItem), joins, Set.of())));
        while (simulation.now().isBefore(joins)) {
            simulation.step();
        }
        Duration ahead = simulation.slotTime(1);
        Duration bound = longer(turn(item), turn(otherItem)).multipliedBy(slots);
        while (simulation.now().isBefore(joins.plus(WATCHED)) && simulation.step()) {
            Duration difference = simulation.slotTime(1).minus(ahead).minus(simulation.slotTime(2));
            assertThat(difference.abs())
                    .as("after %s", Duration.between(joins, simulation.now()))
                    .isLessThanOrEqualTo(bound);
        }
        assertThat(simulation.now()).as("work goes on").isAfterOrEqualTo(joins.plus(WATCHED));
    }

    /** A quantum, and on to the end of the item that it falls into. */
    private static Duration turn(int item) {
        return Duration.ofSeconds((Gate.QUANTUM.toSeconds() + item - 1) / item * item);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Patience ends, the priorities' spread is aged away, then everybody that was there before has a turn. */
    private static Duration bound(List<ObedientHolders.Holder> holders) {
        int highest = holders.stream()
                .mapToInt(ObedientHolders.Holder::priority)
                .max()
                .orElseThrow();
        int lowest = holders.stream()
                .mapToInt(ObedientHolders.Holder::priority)
                .min()
                .orElseThrow();
        Duration turn = Gate.QUANTUM.plus(holders.stream()
                .map(ObedientHolders.Holder::item)
                .max(Duration::compareTo)
                .orElseThrow());
        return GrantOrder.PATIENCE
                .plus(Waiter.AGEING.multipliedBy(highest - lowest + 1L))
                .plus(turn.multipliedBy(holders.size()));
    }

    /** With ids, and with hosts that are offered. */
    private static List<ObedientHolders.Holder> numbered(List<Offer> offers, List<ObedientHolders.Holder> holders) {
        return IntStream.range(0, holders.size())
                .mapToObj(index -> {
                    ObedientHolders.Holder holder = holders.get(index);
                    return new ObedientHolders.Holder(
                            index + 1,
                            holder.priority(),
                            holder.lanes(),
                            holder.item(),
                            holder.joins(),
                            holder.runtimes().stream()
                                    .map(runtime -> runtime % offers.size() + 1)
                                    .collect(Collectors.toSet()));
                })
                .toList();
    }

    @Provide
    Arbitrary<List<ObedientHolders.Holder>> holders() {
        return Combinators.combine(
                        Arbitraries.integers().between(-3, 3),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers().between(0, 600),
                        Arbitraries.longs().between(1, 3).set().ofMaxSize(2))
                .as((priority, lanes, item, joins, runtimes) -> new ObedientHolders.Holder(
                        0, priority, lanes, Duration.ofSeconds(item), Gate.at(joins), runtimes))
                .list();
    }

    @Provide
    Arbitrary<List<Offer>> offers() {
        return Arbitraries.integers()
                .between(1, 3)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(slots -> IntStream.range(0, slots.size())
                        .mapToObj(host -> Gate.host(host + 1, slots.get(host)))
                        .toList());
    }
}
