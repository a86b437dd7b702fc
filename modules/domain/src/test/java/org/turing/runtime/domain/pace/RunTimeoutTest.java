package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunTimeoutTest {

    private static final RunTimeout.Times QUICK = new RunTimeout.Times(100, Duration.ofSeconds(230));

    @Test
    void whatTheTaskTypeSaysStands() {
        assertThat(RunTimeout.of(Duration.ofMillis(5), true, QUICK).timeout()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void itIsTwiceTheNinetyNinthPercentile() {
        assertThat(RunTimeout.of(null, true, QUICK).timeout()).isEqualTo(Duration.ofSeconds(460));
        assertThat(RunTimeout.of(null, false, QUICK).timeout()).isEqualTo(Duration.ofSeconds(460));
    }

    @Test
    void fewRunsSayNothing() {
        RunTimeout.Times few = new RunTimeout.Times(99, Duration.ofSeconds(230));
        assertThat(RunTimeout.of(null, true, few).timeout()).isEqualTo(Duration.ofSeconds(1800));
        assertThat(RunTimeout.of(null, false, few).timeout()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void whereOneInAHundredTimesOutTheLimitIsNotRaisedByItself() {
        assertThat(RunTimeout.of(null, true, new RunTimeout.Times(500, null)).timeout())
                .isEqualTo(Duration.ofSeconds(1800));
    }

    @Test
    void runsOfAMillisecondGetASecond() {
        RunTimeout.Times tiny = new RunTimeout.Times(100, Duration.ofMillis(1));
        assertThat(RunTimeout.of(null, false, tiny).timeout()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void itSaysWhereItComesFrom() {
        assertThat(RunTimeout.of(Duration.ofMillis(5), true, QUICK).from()).isEqualTo("set");
        assertThat(RunTimeout.of(null, true, QUICK).from()).isEqualTo("learned from 100 runs");
        assertThat(RunTimeout.of(null, true, RunTimeout.Times.NONE).from()).isEqualTo("default");
    }
}
