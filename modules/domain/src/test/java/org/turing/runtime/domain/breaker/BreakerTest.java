package org.turing.runtime.domain.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final BreakerSettings SETTINGS =
            new BreakerSettings(3, Duration.ofSeconds(1), Duration.ofSeconds(60));
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final long ALMA = 1;
    private static final long CLARA = 2;

    private Breaker breaker = Breaker.closed(SETTINGS);

    @Test
    void itOpensAtTheThirdFailureInARow() {
        fail(ALMA, 2);
        assertThat(breaker.open()).isNull();
        fail(ALMA, 1);
        assertThat(breaker.open()).isEqualTo(new Breaker.Open(NOON, "refused", NOON.plusSeconds(1), 0, null));
    }

    @Test
    void aSuccessInBetweenStartsTheCountAgain() {
        fail(ALMA, 2);
        breaker = breaker.worked(ALMA, NOON, NOON);
        fail(ALMA, 2);
        assertThat(breaker.open()).isNull();
    }

    @Test
    void failuresOfSeveralTaskTypesAddUpAndTheSuccessOfOneTakesOnlyItsOwnAway() {
        fail(ALMA, 1);
        fail(CLARA, 1);
        breaker = breaker.worked(CLARA, NOON, NOON);
        fail(ALMA, 1);
        assertThat(breaker.open()).isNull();
        fail(CLARA, 1);
        assertThat(breaker.open()).isNotNull();
    }

    @Test
    void aRunThatBeganBeforeItOpenedDoesNotCloseIt() {
        fail(ALMA, 3);
        Instant later = NOON.plusSeconds(5);
        assertThat(breaker.worked(ALMA, NOON.minusMillis(1), later).open()).isNotNull();
        assertThat(breaker.worked(ALMA, NOON.plusMillis(1), later).open()).isNull();
    }

    @Test
    void aRunThatBeganBeforeItClosedIsNotCountedAgainstIt() {
        fail(ALMA, 3);
        Instant closed = NOON.plusSeconds(2);
        breaker = breaker.worked(ALMA, NOON.plusSeconds(1), closed);
        for (int i = 0; i < 5; i++) {
            breaker = breaker.failed(CLARA, "refused", NOON.minusSeconds(9), closed.plusSeconds(1), 0);
        }
        assertThat(breaker.open()).isNull();
    }

    @Test
    void aFailedProbeDoublesThePauseAndOneWithoutAVerdictLeavesItAsItWas() {
        fail(ALMA, 3);
        Instant first = NOON.plusSeconds(1);
        breaker = breaker.probing(7, first);
        assertThat(breaker.mayProbe(first)).isFalse();
        breaker = breaker.probeFailed(7, "still refused", first, 0);
        assertThat(breaker.open()).isEqualTo(new Breaker.Open(NOON, "still refused", first.plusSeconds(2), 1, null));
        Instant second = first.plusSeconds(2);
        breaker = breaker.probing(8, second).probeEnded(8);
        assertThat(breaker.mayProbe(second)).isTrue();
        assertThat(breaker.open().failedProbes()).isEqualTo(1);
    }

    @Test
    void itGoesOnWithTheNextPauseIfItOpensAgainSoonAndStartsAfreshIfNot() {
        fail(ALMA, 3);
        Instant closed = NOON.plusSeconds(2);
        Breaker mended = breaker.worked(ALMA, NOON.plusSeconds(1), closed);
        assertThat(opened(mended, closed.plusSeconds(1)).probeAt()).isEqualTo(closed.plusSeconds(3));
        assertThat(opened(mended, closed.plusSeconds(61)).probeAt()).isEqualTo(closed.plusSeconds(62));
    }

    @Test
    void aProbeNeedNotWaitWhenSomebodyBelievesThatItWorksAgain() {
        fail(ALMA, 3);
        assertThat(breaker.mayProbe(NOON)).isFalse();
        assertThat(breaker.probeSoon(NOON).mayProbe(NOON)).isTrue();
    }

    @Test
    void aProbeOutOfTurnIsRefused() {
        assertThatThrownBy(() -> breaker.probing(1, NOON)).isInstanceOf(IllegalStateException.class);
        fail(ALMA, 3);
        assertThatThrownBy(() -> breaker.probing(1, NOON)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new BreakerSettings(0, second, second)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BreakerSettings(1, Duration.ZERO, second))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BreakerSettings(1, second, Duration.ofMillis(999)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void fail(long voice, int times) {
        for (int i = 0; i < times; i++) {
            breaker = breaker.failed(voice, "refused", NOON, NOON, 0);
        }
    }

    private static Breaker.Open opened(Breaker mended, Instant now) {
        Breaker again = mended;
        for (int i = 0; i < SETTINGS.failures(); i++) {
            again = again.failed(ALMA, "refused", now, now, 0);
        }
        return again.open();
    }
}
