package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.TaskType;

/** What a script may use, and whom the kernel ends first where memory runs short. */
class LimitsTest extends StagedTest {

    @Test
    void limitsOfTheConfigurationHoldForEveryChild() throws Exception {
        reopen(settings().withLimits(new ScriptSettings.Limits(1 << 16, 1 << 20, 10, 512L << 20, 64)));
        stage.script("limits.py", """
                import json, resource
                print(json.dumps({"output": [resource.getrlimit(resource.RLIMIT_NOFILE)[0],
                                             resource.getrlimit(resource.RLIMIT_DATA)[0]]}))
                """);

        assertThat(Stage.success(stage.run("limits.py", ExecutionType.SCRIPT)).output())
                .isEqualTo("[64,536870912]");
    }

    @Test
    void anActorThatNeedsMoreMemoryThanItMayFailsItsSubjectAndItsWorkerGoesOn() throws Exception {
        reopen(settings().withLimits(new ScriptSettings.Limits(1 << 16, 1 << 20, 10, 256L << 20, null)));
        stage.script(
                "greedy.py",
                "class A:\n    def process(self):\n        size = self.input_data['subject_id'] << 20\n"
                        + "        return {'output': len(bytearray(size))}\n");
        TaskType taskType = Stage.taskType("greedy.py", ExecutionType.THICK);

        assertThat(Stage.failure(stage.run(taskType, Stage.claim("1024"))))
                .isEqualTo("MemoryError: this subject needs more than the 256 MiB of turing.scripts.limits.memory");
        assertThat(Stage.success(stage.run(taskType, Stage.claim("1"))).output())
                .isEqualTo("1048576");
    }

    @Test
    void noScriptDumpsCoreRaisesItsLimitsOrOutlivesTheRuntimeWhereMemoryRunsShort() throws Exception {
        reopen(settings().withLimits(new ScriptSettings.Limits(1 << 16, 1 << 20, 10, 512L << 20, null)));
        stage.script("bound.py", """
                import json, resource, time
                deadline = time.monotonic() + 30
                while time.monotonic() < deadline and open("/proc/self/oom_score_adj").read().strip() != "500":
                    time.sleep(0.01)
                print(json.dumps({"output": [resource.getrlimit(resource.RLIMIT_CORE)[1],
                                             resource.getrlimit(resource.RLIMIT_DATA)[1],
                                             int(open("/proc/self/oom_score_adj").read())]}))
                """);

        assertThat(Stage.success(stage.run("bound.py", ExecutionType.SCRIPT)).output())
                .isEqualTo("[0,536870912,500]");
    }
}
