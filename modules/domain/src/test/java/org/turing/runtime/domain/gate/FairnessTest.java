package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
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
            @ForAll @IntRange(min = 1, max = 5) int slots,
            @ForAll @IntRange(min = 1, max = 240) int item,
            @ForAll @IntRange(min = 1, max = 240) int otherItem,
            @ForAll @IntRange(min = 0, max = 5000) int joinsAfter) {
        follow(GateDecisions::decide, slots, item, otherItem, joinsAfter);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void nobody_waits_longer_than_ageing_and_the_turns_of_the_others_explain(
            @ForAll @IntRange(min = 1, max = 4) int slots,
            @ForAll("holders") @Size(min = 2, max = 5) List<ObedientHolders.Holder> holders) {
        ObedientHolders simulation = new ObedientHolders(slots, GateDecisions::decide, numbered(holders));
        while (simulation.now().isBefore(Gate.START.plus(WATCHED)) && simulation.step()) {
            assertThat(simulation.longestWait()).isLessThanOrEqualTo(bound(holders));
        }
    }

    static void follow(
            BiFunction<GateState, GateCommand, List<GateEvent>> decide,
            int slots,
            int item,
            int otherItem,
            int joinsAfter) {
        Instant joins = Gate.at(joinsAfter);
        ObedientHolders simulation = new ObedientHolders(
                slots,
                decide,
                List.of(
                        new ObedientHolders.Holder(1, 0, slots, Duration.ofSeconds(item), Gate.START),
                        new ObedientHolders.Holder(2, 0, slots, Duration.ofSeconds(otherItem), joins)));
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

    private static List<ObedientHolders.Holder> numbered(List<ObedientHolders.Holder> holders) {
        return IntStream.range(0, holders.size())
                .mapToObj(index -> {
                    ObedientHolders.Holder holder = holders.get(index);
                    return new ObedientHolders.Holder(
                            index + 1, holder.priority(), holder.lanes(), holder.item(), holder.joins());
                })
                .toList();
    }

    @Provide
    Arbitrary<List<ObedientHolders.Holder>> holders() {
        return Combinators.combine(
                        Arbitraries.integers().between(-3, 3),
                        Arbitraries.integers().between(1, 4),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers().between(0, 600))
                .as((priority, lanes, item, joins) ->
                        new ObedientHolders.Holder(0, priority, lanes, Duration.ofSeconds(item), Gate.at(joins)))
                .list();
    }
}
