package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunTimeoutTest {

    private static final RunTimeout.Times STEADY = times(100, 230, 230);

    private static RunTimeout.Times times(int runs, long p99Seconds, long longestSeconds) {
        return new RunTimeout.Times(runs, Duration.ofSeconds(p99Seconds), Duration.ofSeconds(longestSeconds));
    }

    private static long seconds(boolean needsModel, RunTimeout.Times times) {
        return RunTimeout.of(null, needsModel, times).timeout().toSeconds();
    }

    @Test
    void whatTheTaskTypeSaysStands() {
        assertThat(RunTimeout.of(Duration.ofMillis(5), true, STEADY).timeout()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void itIsTwiceTheNinetyNinthPercentile() {
        assertThat(seconds(true, STEADY)).isEqualTo(460);
        assertThat(seconds(false, STEADY)).isEqualTo(460);
        assertThat(seconds(true, times(10_000, 230, 12))).as("a quick moment").isEqualTo(460);
    }

    @Test
    void fewRunsSayNothing() {
        assertThat(seconds(true, times(99, 230, 230))).isEqualTo(1800);
        assertThat(seconds(false, times(99, 230, 230))).isEqualTo(60);
        assertThat(seconds(true, new RunTimeout.Times(0, null, Duration.ofSeconds(1800))))
                .as("only runs that their limit ended")
                .isEqualTo(1800);
    }

    @Test
    void runsOfAMillisecondGetHalfAMinuteForTheDayOnWhichTheMachineIsBusy() {
        RunTimeout.Times tiny = new RunTimeout.Times(100, Duration.ofMillis(1), Duration.ofMillis(2));
        assertThat(seconds(false, tiny)).isEqualTo(30);
    }

    @Test
    void aRunThatTheLimitEndedDoublesItSoThatTheNextAttemptHasMoreTime() {
        assertThat(seconds(false, times(1000, 1, 30))).isEqualTo(60);
        assertThat(seconds(false, times(1000, 1, 60))).isEqualTo(120);
        assertThat(seconds(true, times(1000, 1, 120))).isEqualTo(240);
    }

    @Test
    void whatHangsAgainAndAgainDoesNotRaiseItForEver() {
        assertThat(seconds(false, times(1000, 1, 120)))
                .as("four times the usual")
                .isEqualTo(120);
        assertThat(seconds(true, times(1000, 1, 1800)))
                .as("what a model gets of which nothing is known")
                .isEqualTo(1800);
        assertThat(seconds(true, times(1000, 500, 8000)))
                .as("four times the usual")
                .isEqualTo(4000);
    }

    @Test
    void runsThatBecameSlowRaiseItBeforeTheirPercentileDoes() {
        assertThat(seconds(false, times(10_000, 1, 25))).isEqualTo(50);
    }

    @Test
    void itSaysWhereItComesFrom() {
        assertThat(RunTimeout.of(Duration.ofMillis(5), true, STEADY).from()).isEqualTo("set");
        assertThat(RunTimeout.of(null, true, STEADY).from()).isEqualTo("learned from 100 runs");
        assertThat(RunTimeout.of(null, true, RunTimeout.Times.NONE).from()).isEqualTo("default");
    }
}
