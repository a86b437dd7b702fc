package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ClaimAheadTest {

    private static final Duration HORIZON = Duration.ofSeconds(2);

    @Example
    void one_is_claimed_per_lane_while_no_run_is_known() {
        assertThat(new ClaimAhead(HORIZON).want(4, 0, 100)).isEqualTo(4);
    }

    @Example
    void a_slow_step_claims_one_per_lane() {
        assertThat(learned(Duration.ofSeconds(60)).want(4, 0, 100)).isEqualTo(4);
        assertThat(learned(Duration.ofSeconds(60)).want(4, 3, 100)).isEqualTo(1);
    }

    @Example
    void a_fast_step_claims_what_starts_within_the_horizon() {
        assertThat(learned(Duration.ofMillis(100)).want(1, 0, 100)).isEqualTo(21);
        assertThat(learned(Duration.ofMillis(100)).want(2, 12, 100)).isEqualTo(30);
    }

    @Example
    void a_fast_step_claims_again_only_when_half_of_what_lay_ahead_is_gone() {
        ClaimAhead fast = learned(Duration.ofMillis(100));
        assertThat(fast.want(1, 20, 100)).isZero();
        assertThat(fast.want(1, 12, 100)).isZero();
        assertThat(fast.want(1, 11, 100)).isEqualTo(10);
    }

    @Example
    void no_claim_is_larger_than_a_batch() {
        assertThat(learned(Duration.ofNanos(1)).want(8, 0, 100)).isEqualTo(100);
        assertThat(new ClaimAhead(HORIZON).want(8, 0, 3)).isEqualTo(3);
    }

    @Example
    void nothing_is_claimed_without_a_lane_or_with_enough_in_hand() {
        assertThat(learned(Duration.ofMillis(1)).want(0, 0, 100)).isZero();
        assertThat(learned(Duration.ofSeconds(60)).want(2, 5, 100)).isZero();
    }

    @Example
    void what_is_learned_follows_a_change_of_pace() {
        ClaimAhead ahead = learned(Duration.ofMillis(10));
        int fast = ahead.want(1, 0, 1000);
        for (int run = 0; run < 50; run++) {
            ahead.learn(Duration.ofSeconds(10));
        }
        assertThat(fast).isEqualTo(201);
        assertThat(ahead.want(1, 0, 1000)).isEqualTo(1);
    }

    @Property
    void lanes_with_nothing_get_one_each_and_no_more_than_a_batch_is_taken(
            @ForAll @IntRange(min = 1) int lanes,
            @ForAll @IntRange(min = 0) int held,
            @ForAll @IntRange(min = 1) int batchSize,
            @ForAll @LongRange(min = 0) long runNanos) {
        int want = learned(Duration.ofNanos(runNanos)).want(lanes, held, batchSize);
        assertThat(want).isBetween(Math.min(Math.max(0, lanes - held), batchSize), batchSize);
    }

    @Example
    void a_negative_horizon_is_refused() {
        assertThatThrownBy(() -> new ClaimAhead(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }

    private static ClaimAhead learned(Duration run) {
        ClaimAhead ahead = new ClaimAhead(HORIZON);
        ahead.learn(run);
        return ahead;
    }
}
