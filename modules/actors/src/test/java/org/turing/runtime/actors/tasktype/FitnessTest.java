package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.InboxShape;

class FitnessTest {

    private static final PortCalls.Examination FOUND = new PortCalls.Examination(
            new InboxShape("SELECT 1", "id", "int8", "owl", false, Set.of(), false, false, null),
            RunTimeout.of(Duration.ofMinutes(1), false, RunTimeout.Times.NONE));

    private final Fitness fitness = new Fitness();

    @Test
    void oneExaminationIsUnderWayAtATimeAndNothingIsKnownOfTheInboxMeanwhile() {
        fitness.found(FOUND);
        assertThat(fitness.begin()).isTrue();
        assertThat(fitness.begin()).isFalse();
        assertThat(fitness.shape()).isNull();
        fitness.ended();
        assertThat(fitness.begin()).isTrue();
    }

    @Test
    void aFaultOfTheRegistrationIsMendedByAnExaminationThatFindsNothingWrong() {
        assertThat(fitness.faulted("syntax error", false)).isTrue();
        assertThat(fitness.faulted("syntax error", false)).as("news once").isFalse();
        assertThat(fitness.found(FOUND)).isTrue();
        assertThat(fitness.fault()).isNull();
    }

    @Test
    void aFaultThatShowedWhenTheInboxWasReadIsMendedOnlyByAReadingThatWorks() {
        fitness.faulted("ran too long", true);
        assertThat(fitness.found(FOUND)).isFalse();
        assertThat(fitness.fault()).isEqualTo("ran too long");
        assertThat(fitness.shape()).as("it may be tried").isNotNull();
        assertThat(fitness.read()).isTrue();
        assertThat(fitness.fault()).isNull();
        assertThat(fitness.read()).as("nothing left to mend").isFalse();
    }
}
