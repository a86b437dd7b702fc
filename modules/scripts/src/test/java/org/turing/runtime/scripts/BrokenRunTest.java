package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.ScriptHost;

/** A run that breaks off within this JVM: who is to blame, and what is left of it. */
class BrokenRunTest extends StagedTest {

    /** Throws once, at a word of its choice, whatever the thread is at then. */
    private static final class Breaking implements ScriptHost.Listener {
        private final AtomicReference<@Nullable Error> atStart = new AtomicReference<>();
        private final AtomicReference<@Nullable Error> atFinish = new AtomicReference<>();
        private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();

        private static void raise(AtomicReference<@Nullable Error> error) {
            Error raised = error.getAndSet(null);
            if (raised != null) {
                throw raised;
            }
        }

        @Override
        public void started(Claim claim) {
            raise(atStart);
        }

        @Override
        public void finished(Claim claim, ScriptHost.Result result) {
            raise(atFinish);
            outcomes.put(claim.subject().id(), result.outcome());
        }
    }

    private static Breaking atStart(Error error) {
        Breaking listener = new Breaking();
        listener.atStart.set(error);
        return listener;
    }

    private void run(ExecutionType type, Breaking listener, String... subjects) throws Exception {
        List<Claim> claims = Stream.of(subjects).map(Stage::claim).toList();
        stage.host
                .run(Stage.taskType("run.py", type), claims, null, Stage.LONG, listener)
                .clear()
                .toCompletableFuture()
                .get(Stage.LONG.toSeconds() * 2, TimeUnit.SECONDS);
    }

    private static final Outcome OUT_OF_MEMORY = new Outcome.Unrunnable(
            Environment.OTHER,
            "the runtime has run out of memory: no room. Fix: give it more (-Xmx), or lower scale_limit");

    @ParameterizedTest
    @EnumSource(names = {"SCRIPT", "WORKER", "THICK", "BULK"})
    void thatTheRuntimeRunsOutOfMemoryUsesUpNoAttempt(ExecutionType type) throws Exception {
        stage.script("run.py", "class Run:\n    def process(self):\n        pass\n"); // a thick one is asked for it
        Breaking listener = atStart(new OutOfMemoryError("no room"));

        run(type, listener, "1");

        assertThat(listener.outcomes).containsExactly(entry("1", OUT_OF_MEMORY));
    }

    @Test
    void aBrokenInstallationUsesUpNoAttemptEither() throws Exception {
        stage.script("run.py", "import sys\n");
        Breaking listener = atStart(new NoClassDefFoundError("Owl"));

        run(ExecutionType.SCRIPT, listener, "1");

        assertThat(listener.outcomes.get("1"))
                .isEqualTo(new Outcome.Unrunnable(
                        Environment.OTHER, "the script host failed: java.lang.NoClassDefFoundError: Owl"));
    }

    @Test
    void recursionWithoutAnEndMayBeTheSubjectsDoing() throws Exception {
        stage.script("run.py", "import sys\n");
        Breaking listener = atStart(new StackOverflowError());

        run(ExecutionType.SCRIPT, listener, "1");

        assertThat(listener.outcomes.get("1"))
                .isEqualTo(new Outcome.Failed("the script host failed: java.lang.StackOverflowError", true, null));
    }

    @Test
    void everySubjectHasAResultAndNoProcessIsLeft() throws Exception {
        stage.script("run.py", """
                import time
                print('{"subject_id": "1", "success": true}', flush=True)
                time.sleep(600)
                """);
        Breaking listener = new Breaking();
        listener.atFinish.set(new OutOfMemoryError("no room"));

        run(ExecutionType.BULK, listener, "1", "2");

        assertThat(listener.outcomes).containsOnly(entry("1", OUT_OF_MEMORY), entry("2", OUT_OF_MEMORY));
        assertThat(stage.host.childCount()).isZero();
    }
}
