package org.turing.runtime.monitoring.jmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.turing.runtime.monitoring.FakeRuntime;
import org.turing.runtime.monitoring.Samples;
import org.turing.runtime.ports.view.RuntimeControl.Answer;

@Timeout(60)
class BeanSourceTest {

    private static final Duration SHORT = Duration.ofMillis(50);

    private final FakeRuntime runtime = new FakeRuntime();
    private final BeanSource source = new BeanSource(
            runtime,
            new LatestStatus(runtime, Duration.ZERO, SHORT, Duration.ofDays(1), System::nanoTime, status -> {}),
            SHORT);

    @Test
    void anOperationWhoseAnswerDoesNotComeIsGivenUp() {
        CompletableFuture<Answer> never = new CompletableFuture<>();

        assertThatThrownBy(() -> source.done("pause everything", never))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pause everything: the runtime did not answer within 50 ms and may still do it");
        assertThat(never).isNotDone();
    }

    @Test
    void aBeanWhoseTaskTypeOrGateIsGoneSaysSo() {
        runtime.shows(Samples.status("running", null, List.of(), List.of()));

        assertThatThrownBy(() -> source.taskType("clara_a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("task type 'clara_a' is gone");
        assertThatThrownBy(() -> source.gate("gemma2"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the gate of model 'gemma2' is gone");
    }
}
