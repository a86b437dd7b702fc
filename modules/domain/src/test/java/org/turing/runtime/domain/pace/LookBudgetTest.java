package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

class LookBudgetTest {

    private static final int SHARE = 5;
    private static final long MS = 1_000_000;
    private static final long BURST = 100 * MS;
    private static final long LONGEST = 250 * MS;

    /** A look that takes longer is followed by the longest wait alone, which is less than its share asks for. */
    private static final long LONGEST_PACED = LONGEST / (SHARE - 1);

    private LookBudget budget = fresh();

    private record Taken(long from, long to) {}

    @BeforeTry
    void begin() {
        budget = fresh();
    }

    private static LookBudget fresh() {
        return new LookBudget(SHARE, Duration.ofNanos(BURST), Duration.ofNanos(LONGEST));
    }

    @Example
    void what_was_quiet_for_long_enough_is_not_put_off() {
        assertThat(budget.putOff(0)).isZero();
        budget.took(0, 10 * MS);
        assertThat(budget.putOff(10 * MS)).isZero();
        budget.took(1000 * MS, 1100 * MS);
        assertThat(budget.putOff(1100 * MS)).isZero();
    }

    @Example
    void once_the_burst_is_taken_each_waits_for_four_times_as_long_as_it_took() {
        long now = 0;
        long taken = 0;
        while (budget.putOff(now).isZero()) {
            budget.took(now, now + 10 * MS);
            now += 10 * MS;
            taken += 10 * MS;
        }
        assertThat(taken).isBetween(BURST, BURST * 3 / 2);
        now += budget.putOff(now).toNanos();
        budget.took(now, now + 10 * MS);
        assertThat(budget.putOff(now + 10 * MS)).isEqualTo(Duration.ofMillis(40));
    }

    @Example
    void what_took_ever_so_long_puts_the_next_one_off_by_no_more_than_the_longest_wait() {
        budget.took(0, 10_000 * MS);
        assertThat(budget.putOff(10_000 * MS)).isEqualTo(Duration.ofNanos(LONGEST));
        assertThat(budget.putOff(10_000 * MS + LONGEST)).isZero();
    }

    /** Between the beginnings and ends of any two looks, however events fall. */
    @Property
    void however_events_fall_no_stretch_of_time_holds_more_than_its_part_and_a_burst(
            @ForAll @LongRange(min = -(1L << 62), max = 1L << 62) long start,
            @ForAll @Size(max = 300) List<@LongRange(min = 0, max = LONGEST_PACED) Long> lengths,
            @ForAll @Size(min = 1, max = 20) List<@LongRange(min = 0, max = 100 * MS) Long> pauses) {
        List<Taken> taken = played(start, lengths, pauses);
        for (int first = 0; first < taken.size(); first++) {
            long sum = 0;
            for (int last = first; last < taken.size(); last++) {
                Taken latest = taken.get(last);
                long length = latest.to() - latest.from();
                long stretch = latest.from() - taken.get(first).from();
                assertThat(sum).isLessThanOrEqualTo(stretch / SHARE + BURST + 1);
                sum += length;
            }
        }
    }

    @Property
    void nothing_is_ever_put_off_for_longer_than_the_longest_wait(
            @ForAll @Size(max = 300) List<@LongRange(min = 0, max = 5000 * MS) Long> lengths) {
        long now = 0;
        for (long length : lengths) {
            budget.took(now, now + length);
            now += length;
            assertThat(budget.putOff(now)).isLessThanOrEqualTo(Duration.ofNanos(LONGEST));
        }
    }

    /** Under the part of the time that is allowed the budget is never felt. */
    @Property
    void who_takes_less_than_the_part_is_never_put_off(
            @ForAll @Size(max = 300) List<@LongRange(min = 0, max = BURST) Long> lengths,
            @ForAll @IntRange(min = SHARE, max = 100) int apart) {
        long now = 0;
        for (long length : lengths) {
            assertThat(budget.putOff(now)).isZero();
            budget.took(now, now + length);
            now += length * apart;
        }
    }

    @Example
    void what_is_no_part_of_the_time_is_refused() {
        assertThatThrownBy(() -> new LookBudget(1, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LookBudget(2, Duration.ofNanos(-1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Looks as soon as the budget allows, but for pauses without events. */
    private List<Taken> played(long start, List<Long> lengths, List<Long> pauses) {
        List<Taken> taken = new ArrayList<>();
        long now = start;
        for (int i = 0; i < lengths.size(); i++) {
            now += i % 3 == 0 ? pauses.get(i % pauses.size()) : 0;
            now += budget.putOff(now).toNanos();
            assertThat(budget.putOff(now)).isZero();
            budget.took(now, now + lengths.get(i));
            taken.add(new Taken(now, now + lengths.get(i)));
            now += lengths.get(i);
        }
        return taken;
    }
}
