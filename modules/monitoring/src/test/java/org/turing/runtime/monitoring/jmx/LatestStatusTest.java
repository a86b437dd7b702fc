package org.turing.runtime.monitoring.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.turing.runtime.monitoring.FakeRuntime;
import org.turing.runtime.monitoring.Samples;
import org.turing.runtime.ports.view.RuntimeStatus;

@Timeout(60)
class LatestStatusTest {

    private static final RuntimeStatus FIRST = Samples.running();
    private static final RuntimeStatus SECOND = Samples.status("draining", null, List.of(), List.of());

    private final FakeRuntime runtime = new FakeRuntime();
    private final AtomicLong nanos = new AtomicLong();
    private final List<RuntimeStatus> heard = new ArrayList<>();
    private final LatestStatus latest = new LatestStatus(
            runtime, Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofSeconds(30), nanos::get, heard::add);

    @Test
    void readersWithinTheMaximumAgeShareOneQuestion() {
        for (int reader = 0; reader < 25; reader++) {
            assertThat(latest.read().status()).isEqualTo(FIRST);
        }

        assertThat(runtime.statusQuestions()).isEqualTo(1);
        assertThat(heard).containsExactly(FIRST);
    }

    @Test
    void anOldStatusIsAskedForAgain() {
        latest.read();
        runtime.shows(SECOND);
        pass(Duration.ofMillis(999));
        assertThat(latest.read().status()).isEqualTo(FIRST);

        pass(Duration.ofMillis(1));

        assertThat(latest.read().status()).isEqualTo(SECOND);
        assertThat(heard).containsExactly(FIRST, SECOND);
    }

    @Test
    void aSilentRuntimeLeavesTheLastKnown() {
        latest.read();
        runtime.answersStatusWith(new CompletableFuture<>());
        pass(Duration.ofSeconds(2));

        assertThat(latest.read().status()).isEqualTo(FIRST);
        assertThat(latest.read().readAtNanos()).isZero();
    }

    @Test
    void readersOfAnOpenQuestionDoNotAskAgainUntilItIsLost() {
        latest.read();
        CompletableFuture<RuntimeStatus> late = new CompletableFuture<>();
        runtime.answersStatusWith(late);
        pass(Duration.ofSeconds(2));
        latest.read();
        pass(Duration.ofSeconds(29));
        latest.read();
        assertThat(runtime.statusQuestions()).isEqualTo(2);

        pass(Duration.ofSeconds(1));
        latest.read();
        assertThat(runtime.statusQuestions()).isEqualTo(3);

        late.complete(SECOND);
        assertThat(latest.read().status()).isEqualTo(SECOND);
    }

    @Test
    void aQuestionThatIsOlderThanThePatienceIsNotWaitedFor() {
        LatestStatus patient = new LatestStatus(
                runtime, Duration.ofSeconds(1), Duration.ofDays(1), Duration.ofDays(2), nanos::get, heard::add);
        patient.read();
        runtime.answersStatusWith(new CompletableFuture<>());
        pass(Duration.ofSeconds(2));
        patient.askIfOld();
        pass(Duration.ofDays(1));

        // with a day's patience this would outlive the test if it waited
        assertThat(patient.read().status()).isEqualTo(FIRST);
    }

    @Test
    void anAnswerWithinThePatienceIsShown() {
        LatestStatus patient = new LatestStatus(
                runtime, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofDays(1), nanos::get, heard::add);
        runtime.answersStatusWith(
                new CompletableFuture<RuntimeStatus>().completeOnTimeout(SECOND, 100, TimeUnit.MILLISECONDS));

        assertThat(patient.read().status()).isEqualTo(SECOND);
    }

    @Test
    void aFailedAnswerLeavesTheLastKnownAndIsAskedAgain() {
        latest.read();
        runtime.answersStatusWith(CompletableFuture.failedStage(new IllegalStateException("gone")));
        pass(Duration.ofSeconds(2));
        assertThat(latest.read().status()).isEqualTo(FIRST);

        runtime.shows(SECOND);

        assertThat(latest.read().status()).isEqualTo(SECOND);
    }

    @Test
    void beforeTheFirstAnswerReadingFailsClearly() {
        runtime.answersStatusWith(new CompletableFuture<>());

        assertThatThrownBy(latest::read)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has not said yet where it stands");
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
