package org.turing.runtime.domain.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunTimeoutTest {

    private static final RunTimeout.Times QUICK = new RunTimeout.Times(100, Duration.ofSeconds(230));

    @Test
    void whatTheTaskTypeSaysStands() {
        assertThat(RunTimeout.of(Duration.ofMillis(5), true, QUICK)).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void itIsTwiceTheNinetyNinthPercentile() {
        assertThat(RunTimeout.of(null, true, QUICK)).isEqualTo(Duration.ofSeconds(460));
        assertThat(RunTimeout.of(null, false, QUICK)).isEqualTo(Duration.ofSeconds(460));
    }

    @Test
    void fewRunsSayNothing() {
        RunTimeout.Times few = new RunTimeout.Times(99, Duration.ofSeconds(230));
        assertThat(RunTimeout.of(null, true, few)).isEqualTo(Duration.ofSeconds(1800));
        assertThat(RunTimeout.of(null, false, few)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void whereOneInAHundredTimesOutTheLimitIsNotRaisedByItself() {
        assertThat(RunTimeout.of(null, true, new RunTimeout.Times(500, null))).isEqualTo(Duration.ofSeconds(1800));
    }

    @Test
    void runsOfAMillisecondGetASecond() {
        RunTimeout.Times tiny = new RunTimeout.Times(100, Duration.ofMillis(1));
        assertThat(RunTimeout.of(null, false, tiny)).isEqualTo(Duration.ofSeconds(1));
    }
}
