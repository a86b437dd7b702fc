package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

class RetryBackoffTest {

    @Example
    void the_pause_doubles_with_each_failed_attempt_up_to_an_hour() {
        Duration first = Duration.ofSeconds(10);
        assertThat(RetryBackoff.after(first, 1, 0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(RetryBackoff.after(first, 2, 0)).isEqualTo(Duration.ofSeconds(20));
        assertThat(RetryBackoff.after(first, 9, 0)).isEqualTo(Duration.ofSeconds(2560));
        assertThat(RetryBackoff.after(first, 10, 0)).isEqualTo(Duration.ofHours(1));
        assertThat(RetryBackoff.after(first, 1000, 0)).isEqualTo(Duration.ofHours(1));
    }

    @Example
    void jitter_takes_off_up_to_a_fifth() {
        assertThat(RetryBackoff.after(Duration.ofSeconds(10), 1, 0.5)).isEqualTo(Duration.ofSeconds(9));
    }

    @Example
    void no_backoff_stays_none() {
        assertThat(RetryBackoff.after(Duration.ZERO, 1000, 0.3)).isZero();
    }

    @Example
    void a_backoff_of_centuries_counts_as_the_longest() {
        assertThat(RetryBackoff.after(Duration.ofDays(365_000), 1, 0)).isEqualTo(RetryBackoff.LONGEST);
    }

    @Property
    void the_pause_lies_between_four_fifths_of_the_first_and_the_longest(
            @ForAll @LongRange(min = 1, max = 3_600_000) long firstMillis,
            @ForAll int attempt,
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
        Duration pause = RetryBackoff.after(Duration.ofMillis(firstMillis), attempt, random);
        assertThat(pause)
                .isBetween(
                        Duration.ofMillis(firstMillis)
                                .multipliedBy(4)
                                .dividedBy(5)
                                .minusNanos(1),
                        RetryBackoff.LONGEST);
    }
}
