package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class ShortRunsTest {

    private final ShortRuns runs = new ShortRuns();

    @Example
    void nothingIsKnownBeforeTheFirstRunIsOver() {
        assertThat(runs.together()).isEqualTo(1);
    }

    @Example
    void asManyAsAreLikelyToBeDoneInAMoment() {
        learn(100, Duration.ofMillis(1));
        assertThat(runs.together()).isEqualTo(10);
        learn(100, Duration.ofNanos(50_000));
        assertThat(runs.together()).isEqualTo(ShortRuns.MOST);
        learn(100, Duration.ofMillis(40));
        assertThat(runs.together()).isEqualTo(1);
    }

    @Example
    void oneLongRunAmongManyShortOnesLetsEachGoByItselfForAWhile() {
        learn(100, Duration.ofNanos(50_000));
        runs.learn(Duration.ofSeconds(2));
        assertThat(runs.together()).isEqualTo(1);
        learn(100, Duration.ofNanos(50_000));
        assertThat(runs.together()).isEqualTo(ShortRuns.MOST);
    }

    @Example
    void theNextOneIsHandedOverAheadOfTimeWhereWaitingForItWouldShow() {
        assertThat(runs.ahead()).isZero();
        learn(100, Duration.ofMillis(100));
        assertThat(runs.ahead()).isEqualTo(1);
        learn(100, Duration.ofSeconds(2));
        assertThat(runs.ahead()).isZero();
        learn(300, Duration.ofNanos(950_000));
        assertThat(runs.ahead()).isEqualTo(10);
    }

    @Property
    void atLeastOneAndNeverTooMany(@ForAll List<@LongRange(min = 0, max = 3_600_000_000_000L) Long> nanos) {
        nanos.forEach(run -> runs.learn(Duration.ofNanos(run)));
        assertThat(runs.together()).isBetween(1, ShortRuns.MOST);
    }

    private void learn(int times, Duration run) {
        for (int i = 0; i < times; i++) {
            runs.learn(run);
        }
    }
}
