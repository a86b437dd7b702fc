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
    void the_pause_doubles_with_each_empty_look_up_to_the_longest() {
        assertThat(BACKOFF.after(1, 0)).isEqualTo(Duration.ofMillis(100));
        assertThat(BACKOFF.after(2, 0)).isEqualTo(Duration.ofMillis(200));
        assertThat(BACKOFF.after(5, 0)).isEqualTo(Duration.ofMillis(1600));
        assertThat(BACKOFF.after(10, 0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(BACKOFF.after(Integer.MAX_VALUE, 0)).isEqualTo(Duration.ofSeconds(30));
    }

    @Example
    void jitter_takes_off_up_to_a_fifth() {
        assertThat(BACKOFF.after(1, 0.5)).isEqualTo(Duration.ofMillis(90));
        assertThat(BACKOFF.after(100, 0.999_999)).isBetween(Duration.ofSeconds(24), Duration.ofMillis(24_001));
    }

    @Property
    void the_pause_is_never_zero_nor_above_the_longest_whatever_the_count(
            @ForAll int emptyLooks,
            @ForAll @LongRange(min = 1, max = FIFTY_DAYS) long shortest,
            @ForAll @LongRange(min = 0, max = FIFTY_DAYS) long more,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        Duration longest = Duration.ofNanos(shortest).plusNanos(more);
        Duration pause = new PollBackoff(Duration.ofNanos(shortest), longest).after(emptyLooks, random);
        assertThat(pause).isPositive().isLessThanOrEqualTo(longest);
    }

    @Property
    void more_empty_looks_never_make_the_pause_shorter(
            @ForAll @IntRange(min = 1, max = 10_000) int looks,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        assertThat(BACKOFF.after(looks + 1, random)).isGreaterThanOrEqualTo(BACKOFF.after(looks, random));
    }

    @Example
    void a_longest_pause_of_centuries_is_no_error() {
        PollBackoff patient = new PollBackoff(Duration.ofSeconds(1), Duration.ofDays(365_000));
        assertThat(patient.after(3, 0)).isEqualTo(Duration.ofSeconds(4));
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
