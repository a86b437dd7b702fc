package org.turing.runtime.actors.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/** Whoever asks for a subject hears of it once, whatever ends meanwhile. */
class HandRunTest {

    private static final Duration GENEROUS = Duration.ofSeconds(60);

    private final ActorTestKit kit = ActorTestKit.create();
    private final TestProbe<TaskTypeActor.Command> taskType = kit.createTestProbe();
    private final TestProbe<RunReport> asker = kit.createTestProbe();
    private ActorRef<RunReport> run;

    @BeforeEach
    void ask() {
        run = kit.spawn(HandRun.of("s1", taskType.ref(), asker.ref()));
        TaskTypeActor.RunByHand asked = taskType.expectMessageClass(TaskTypeActor.RunByHand.class, GENEROUS);
        assertThat(asked).isEqualTo(new TaskTypeActor.RunByHand("s1", run));
    }

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void theAnswerIsPassedOnAndNothingFollows() {
        RunReport report = new RunReport(true, 71L, "completed", null, null, "", "");
        run.tell(report);
        assertThat(asker.receiveMessage(GENEROUS)).isEqualTo(report);
        asker.expectTerminated(run, GENEROUS);
        asker.expectNoMessage();
    }

    @Test
    void theEndOfTheTaskTypesActorIsAnAnswer() {
        taskType.stop();
        assertThat(asker.receiveMessage(GENEROUS).error()).contains("actor ended", "turing tickets");
    }

    @Test
    void theEndOfTheRegistryIsAnAnswer() {
        kit.stop(run);
        assertThat(asker.receiveMessage(GENEROUS).error()).contains("registry moves", "turing tickets");
    }
}
