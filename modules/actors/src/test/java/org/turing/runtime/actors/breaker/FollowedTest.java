package org.turing.runtime.actors.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.Steps;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.breaker.BreakerSettings;

/** What is remembered of a circuit, as the task types that depend on it come, change and go. */
class FollowedTest {

    private static final TaskType ALMA = Steps.step(1, "alma", "mistral", "one", "done");
    private static final TaskType CLARA = Steps.step(2, "clara", "mistral", "one", "done");

    private final Breakers breakers = new Breakers(
            new BreakerSettings(1, Duration.ofSeconds(1), Duration.ofMinutes(1)), () -> Instant.EPOCH, changed -> {});

    @BeforeEach
    void theModelIsOutOfOrder() {
        breakers.follow(ALMA);
        breakers.ran(ALMA, outOfOrder(), null);
        assertThat(breakers.open(ALMA)).isTrue();
    }

    @Test
    void whoIsFollowedOnceMoreFindsWhatIsOpen() {
        breakers.follow(ALMA);
        assertThat(breakers.open(ALMA)).isTrue();
    }

    @Test
    void whatNobodyDependsOnAnyMoreIsForgotten() {
        breakers.forget(ALMA.id());
        assertThat(breakers.open(CLARA)).isFalse();
    }

    @Test
    void whatAnotherOneDependsOnIsKept() {
        breakers.follow(CLARA);
        breakers.forget(ALMA.id());
        assertThat(breakers.open(CLARA)).isTrue();
    }

    @Test
    void whoIsRegisteredWithAnotherModelLeavesTheFormerOne() {
        breakers.follow(Steps.step(ALMA.id(), "alma", "qwen", "one", "done"));
        assertThat(breakers.open(CLARA)).isFalse();
    }

    private static FinishedRun outOfOrder() {
        Claim claim = new Claim(
                71, 71, ALMA.id(), new Subject("owl", "s1"), 1, new Chain(new UUID(0, 71), 0), "mistral", 1, "{}");
        return new FinishedRun(
                claim,
                new Outcome.Unrunnable(Environment.MODEL, "out of order"),
                Instant.EPOCH.plusSeconds(1),
                Instant.EPOCH.plusSeconds(2),
                FinishedRun.RunLog.EMPTY,
                new FinishedRun.Place("test-host", null, null),
                null);
    }
}
