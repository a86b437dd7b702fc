package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

class ScriptFilesTest extends StagedTest {

    private String fault(String script) throws Exception {
        TaskType taskType = Stage.taskType(script, ExecutionType.AUTO);
        try {
            stage.host.examine(taskType);
        } catch (ScriptFault fault) {
            Claim claim = Stage.claim("1");
            assertThat(stage.run(taskType, claim).outcome())
                    .as("a run says the same")
                    .isEqualTo(new Outcome.Unrunnable(Environment.SCRIPT, fault.getMessage()));
            return fault.getMessage();
        }
        throw new AssertionError("no fault");
    }

    private ExecutionType decided(String script) throws Exception {
        return stage.host.examine(Stage.taskType(script, ExecutionType.AUTO)).executionType();
    }

    @Test
    void aMissingScriptIsAFaultThatNamesTheTaskTypeTheFileAndTheNextStep() throws Exception {
        assertThat(fault("actors/none.py"))
                .startsWith("task type 'tidy': script 'actors/none.py' is missing")
                .contains("Fix: put it there, or correct script_path");
    }

    @Test
    void aScriptOutsideTheFolderIsRefused() throws Exception {
        Path outside = Files.writeString(folder.resolve("outside.sh"), "#!/bin/sh\n");
        outside.toFile().setExecutable(true);

        assertThat(fault("../outside.sh")).contains("is outside the scripts folder: " + outside);
        assertThat(fault(outside.toString())).contains("is outside the scripts folder");
        assertThat(fault("../nowhere.sh")).contains("is outside the scripts folder");
    }

    @Test
    void aLinkThatLeadsOutOfTheFolderIsRefusedAndOneWithinIsFollowed() throws Exception {
        Path outside = Files.writeString(folder.resolve("outside.py"), "print('{}')\n");
        Files.createSymbolicLink(stage.scripts.resolve("out.py"), outside);
        stage.script("real.py", "print('{}')\n");
        Files.createSymbolicLink(stage.scripts.resolve("in.py"), stage.scripts.resolve("real.py"));

        assertThat(fault("out.py")).contains("is outside the scripts folder: " + outside.toRealPath());
        assertThat(stage.run("in.py", ExecutionType.AUTO).outcome()).isInstanceOf(Outcome.Succeeded.class);
    }

    @Test
    void aFolderAndAFileThatIsNotExecutableAreFaults() throws Exception {
        Files.createDirectories(stage.scripts.resolve("actors"));
        stage.script("plain.sh", "echo\n");

        assertThat(fault("actors")).contains("is not a file");
        assertThat(fault("plain.sh")).contains("is not executable", "Fix: chmod +x");
    }

    @Test
    void aMissingInterpreterIsAFault() throws Exception {
        stage.script("perl6.sh", "#!/usr/bin/no-such-interpreter\n");
        stage.script("env.sh", "#!/usr/bin/env no-such-interpreter\n");

        assertThat(fault("perl6.sh"))
                .contains("needs the interpreter '/usr/bin/no-such-interpreter'", "Fix: install it");
        assertThat(fault("env.sh")).contains("needs the interpreter 'no-such-interpreter'");
    }

    @Test
    void aMissingPythonIsAFaultOfPythonScriptsAndOfEverythingThatNeedsTheSupervisor() throws Exception {
        reopen(settings().withPython("no-such-python"));
        stage.script("a.py", "print('{}')");
        stage.script("b.sh", "#!/bin/sh\necho '{}'\n");

        assertThat(fault("a.py")).contains("'no-such-python' can't be started", "set turing.scripts.python");
        assertThat(stage.run("b.sh", ExecutionType.AUTO).outcome()).isInstanceOf(Outcome.Unrunnable.class);
    }

    @Test
    void anExecutableWithoutAFirstLineIsUnrunnableAndSaysWhatIsMissing() throws Exception {
        Path file = stage.script("bare", "echo '{}'\n");
        file.toFile().setExecutable(true);

        assertThat(stage.run("bare", ExecutionType.AUTO).outcome().toString())
                .contains("Unrunnable", "can't start", "#!/bin/sh");
    }

    @Test
    void autoIsDecidedFromTheFile() throws Exception {
        stage.script("actor.py", "import os\n\nclass Owl(Base):\n    x = 1\n    def process(self):\n        pass\n");
        stage.script("function.py", "class Owl:\n    pass\n\ndef process(x):\n    pass\n");
        stage.script("worker.py", "#!/usr/bin/env python3\n# turing: worker\nclass A:\n    def process(self): pass\n");
        stage.script("bulk.sh", "#!/bin/sh\n\n#  turing: bulk   (all at once)\n");
        stage.script("late.sh", "#!/bin/sh\n" + "\n".repeat(25) + "# turing: bulk\n");

        assertThat(decided("actor.py")).isEqualTo(ExecutionType.THICK);
        assertThat(decided("function.py")).isEqualTo(ExecutionType.SCRIPT);
        assertThat(decided("worker.py")).isEqualTo(ExecutionType.WORKER);
        assertThat(decided("bulk.sh")).isEqualTo(ExecutionType.BULK);
        assertThat(decided("late.sh")).isEqualTo(ExecutionType.SCRIPT);
    }

    @Test
    void theHashIsThatOfTheFileAndWhereDriftIsRefusedARegisteredOneMustMatch() throws Exception {
        stage.script("a.py", "print('{}')");
        String hash =
                stage.host.examine(Stage.taskType("a.py", ExecutionType.AUTO)).scriptHash();
        stage.script("a.py", "print('{}' )");

        assertThat(hash).isEqualTo("5744440fb00bc70b4d566e40e471f83ed12545d61ff18367e2c11d9722d35281");
        TaskType registered = Stage.taskType("a.py", ExecutionType.AUTO, Stage.LONG, null, hash);
        reopen(settings().withDrift(ScriptSettings.Drift.REFUSE));
        assertThatThrownBy(() -> stage.host.examine(registered))
                .hasMessageContaining("not the registered script_hash")
                .hasMessageContaining("UPDATE task_types SET script_hash");
    }

    @Test
    void driftIsAWarningThatGoesWithTheScriptAndWithItsResultsAndOfAFileThatChangesWhileTheRuntimeRunsToo()
            throws Exception {
        stage.script("actor.py", "class A:\n    def process(self): return {'output': 'old'}\n");
        String hash = stage.host
                .examine(Stage.taskType("actor.py", ExecutionType.AUTO))
                .scriptHash();
        TaskType registered =
                Stage.taskType("actor.py", ExecutionType.AUTO, Stage.LONG, null, hash.toUpperCase(Locale.ROOT));
        assertThat(stage.host.examine(registered).warning()).isNull();
        ScriptHost.Result before = stage.run(registered, Stage.claim("1"));

        stage.script("actor.py", "class A:\n    def process(self): return {'output': 'new'}\n");
        ScriptHost.Result after = stage.run(registered, Stage.claim("2"));

        assertThat(Stage.success(before).output()).isEqualTo("\"old\"");
        assertThat(Stage.success(after).output()).isEqualTo("\"new\"");
        assertThat(before.facts().scriptHash()).isEqualTo(hash);
        assertThat(before.facts().warning()).isNull();
        assertThat(after.facts().scriptHash()).isNotEqualTo(hash);
        assertThat(after.facts().warning())
                .isEqualTo(stage.host.examine(registered).warning())
                .startsWith("task type 'tidy': script 'actor.py' has the SHA-256 "
                        + after.facts().scriptHash())
                .contains("not the registered script_hash", "UPDATE task_types SET script_hash");
    }

    @Test
    void theWorkerOfAFileThatChangedEndsWhenTheNewOneIsRun() throws Exception {
        String actor = "import os\nclass A:\n    def process(self): return {'output': os.getpid()}\n";
        stage.script("actor.py", actor);
        long old = Long.parseLong(
                Stage.success(stage.run("actor.py", ExecutionType.AUTO)).output());
        assertThat(Processes.alive(old)).isTrue();

        stage.script("actor.py", actor + "# changed\n");
        stage.run("actor.py", ExecutionType.AUTO);

        Processes.awaitEnd(old);
    }

    @Test
    void aLinkThatLeadsToItselfAndAFolderThatIsALinkOutOfTheFolderAreRefused() throws Exception {
        Files.createSymbolicLink(stage.scripts.resolve("loop.py"), Path.of("loop.py"));
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("a.py"), "print('{}')\n");
        Files.createSymbolicLink(stage.scripts.resolve("inside"), outside);

        assertThat(fault("loop.py")).contains("is missing");
        assertThat(fault("inside/a.py")).contains("is outside the scripts folder");
        assertThat(fault("inside/../../outside/a.py")).contains("is outside the scripts folder");
        assertThat(fault("/proc/self/cwd/a.py")).contains("is outside the scripts folder");
        assertThat(fault("a\0b.py")).contains("can't be looked for");
    }

    @Test
    void aLinkThatIsTurnedOutOfTheFolderAfterTheExaminationIsNotFollowed() throws Exception {
        Path outside = Files.writeString(folder.resolve("outside.py"), "print('{}')\n");
        stage.script("real.py", "print('{}')\n");
        Path link = Files.createSymbolicLink(stage.scripts.resolve("link.py"), stage.scripts.resolve("real.py"));
        assertThat(stage.run("link.py", ExecutionType.AUTO).outcome()).isInstanceOf(Outcome.Succeeded.class);

        Files.delete(link);
        Files.createSymbolicLink(link, outside);

        assertThat(fault("link.py")).contains("is outside the scripts folder");
    }
}
