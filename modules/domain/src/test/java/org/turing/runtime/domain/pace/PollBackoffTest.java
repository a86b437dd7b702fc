package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class PollBackoffTest {

    /** In nanoseconds. */
    private static final long FIFTY_DAYS = 50L * 24 * 3600 * 1_000_000_000;

    private static final PollBackoff BACKOFF = new PollBackoff(Duration.ofMillis(100), Duration.ofSeconds(30));

    @Example
    void the_pause_doubles_with_each_time_in_vain_up_to_the_longest() {
        assertThat(BACKOFF.apart(1, 0)).isEqualTo(Duration.ofMillis(100));
        assertThat(BACKOFF.apart(2, 0)).isEqualTo(Duration.ofMillis(200));
        assertThat(BACKOFF.apart(5, 0)).isEqualTo(Duration.ofMillis(1600));
        assertThat(BACKOFF.apart(10, 0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(BACKOFF.apart(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofSeconds(30));
    }

    @Example
    void jitter_takes_off_up_to_a_fifth() {
        assertThat(BACKOFF.apart(1, 0.5)).isEqualTo(Duration.ofMillis(90));
        assertThat(BACKOFF.apart(100, 0.999_999)).isBetween(Duration.ofSeconds(24), Duration.ofMillis(24_001));
    }

    @Property
    void the_pause_is_never_zero_nor_above_the_longest_whatever_the_count(
            @ForAll int inVain,
            @ForAll @LongRange(min = 1, max = FIFTY_DAYS) long shortest,
            @ForAll @LongRange(min = 0, max = FIFTY_DAYS) long more,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        Duration longest = Duration.ofNanos(shortest).plusNanos(more);
        Duration pause = new PollBackoff(Duration.ofNanos(shortest), longest).apart(inVain, random);
        assertThat(pause).isPositive().isLessThanOrEqualTo(longest);
    }

    @Property
    void more_times_in_vain_never_make_the_pause_shorter(
            @ForAll @IntRange(min = 1, max = 10_000) int looks,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        assertThat(BACKOFF.apart(looks + 1, random)).isGreaterThanOrEqualTo(BACKOFF.apart(looks, random));
    }

    @Property
    void pauses_that_end_together_are_of_much_the_same_length_and_never_above_the_longest(
            @ForAll int inVain,
            @ForAll @LongRange(min = 1, max = FIFTY_DAYS) long shortest,
            @ForAll @LongRange(min = 0, max = FIFTY_DAYS) long more,
            @ForAll long now) {
        PollBackoff backoff = new PollBackoff(
                Duration.ofNanos(shortest), Duration.ofNanos(shortest).plusNanos(more));
        long most = backoff.apart(inVain, 0).toNanos();
        long pause = backoff.together(inVain, now).toNanos();
        assertThat(pause).isBetween((long) (0.4 * most), most).isPositive();
    }

    @Property
    void whoever_pauses_as_long_ends_the_third_pause_at_the_same_moments(
            @ForAll @LongRange(min = 0, max = FIFTY_DAYS) long one,
            @ForAll @LongRange(min = 0, max = FIFTY_DAYS) long other) {
        long longest = BACKOFF.longest().toNanos();
        assertThat(afterThree(one) % longest).isEqualTo(afterThree(other) % longest);
    }

    /** When the third pause ends that begins then, each of them a millisecond after the one before. */
    private static long afterThree(long began) {
        long now = began;
        for (int pause = 0; pause < 3; pause++) {
            now += 1_000_000 + BACKOFF.together(100, now + 1_000_000).toNanos();
        }
        return now;
    }

    @Example
    void a_longest_pause_of_centuries_is_no_error() {
        PollBackoff patient = new PollBackoff(Duration.ofSeconds(1), Duration.ofDays(365_000));
        assertThat(patient.apart(3, 0)).isEqualTo(Duration.ofSeconds(4));
    }

    @Example
    void pauses_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> new PollBackoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> new PollBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
