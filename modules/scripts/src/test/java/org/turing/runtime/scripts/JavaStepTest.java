package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.plugin.Step;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

class JavaStepTest extends StagedTest {

    private static final TaskType STEP = Stage.taskType("steps.jar#owl.MyStep", ExecutionType.AUTO);

    private void jar(String body) throws Exception {
        Path source = Files.createDirectories(folder.resolve("source/owl")).resolve("MyStep.java");
        Files.writeString(
                source,
                "package owl; public class MyStep implements org.turing.runtime.plugin.Step { int seen; public Result"
                        + " process(Input input) throws Exception { seen++; " + body + " } }");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        String api = Path.of(Step.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", api, "-d", classes.toString(), source.toString());
        assertThat(failed).isZero();
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(stage.scripts.resolve("steps.jar")))) {
            jar.putNextEntry(new JarEntry("owl/MyStep.class"));
            jar.write(Files.readAllBytes(classes.resolve("owl/MyStep.class")));
        }
    }

    private ScriptHost.Result step(String body) throws Exception {
        jar(body);
        return stage.run(STEP, Stage.claim("1234"));
    }

    @Test
    void aStepIsHandedTheSubjectAndItsResultIsTheOutcome() throws Exception {
        ScriptHost.Result result = step("return new Result.Success(input.taskType() + \"_passed\", \"{\\\"id\\\": \" +"
                + " input.subjectId() + \", \\\"row\\\": \" + input.fields() + \"}\");");

        assertThat(result.outcome())
                .isEqualTo(new Outcome.Succeeded("tidy_passed", "{\"id\": 1234, \"row\": {\"name\": \"owl\"}}"));
    }

    @Test
    void aStepIsToldTheCardOfItsSlot() throws Exception {
        jar("return new Result.Success(input.gpu(), null);");
        Claim claim = Stage.claim("1234");

        ScriptHost.Result result = stage.start(STEP, List.of(claim), "card-1").result(claim);

        assertThat(result.outcome()).isEqualTo(new Outcome.Succeeded("card-1", null));
    }

    @Test
    void whatAStepSaysIsCutAndCleanedAsAScriptsWordsAre() throws Exception {
        String longText = "\"\\0\" + \"e\".repeat(1000000)";
        assertThat(Stage.failure(step("return new Result.Failure(" + longText + ", false);")))
                .hasSizeLessThan(70_000)
                .doesNotContain("\0");
        assertThat(Stage.failure(step("throw new IllegalStateException(" + longText + ");")))
                .hasSizeLessThan(70_000);
        assertThat(((Outcome.Succeeded) step("return new Result.Success(" + longText + ", null);")
                                .outcome())
                        .status())
                .hasSizeLessThan(70_000)
                .doesNotContain("\0");
        assertThat(((Outcome.Skipped) step("return new Result.Skip(" + longText + ");")
                                .outcome())
                        .reason())
                .hasSizeLessThan(70_000);
    }

    @Test
    void skipsFailuresNullAndExceptionsAreWhatTheySay() throws Exception {
        assertThat(step("return new Result.Skip(\"small\");").outcome()).isEqualTo(new Outcome.Skipped("small", null));
        assertThat(step("return new Result.Failure(\"bad\", false);").outcome())
                .isEqualTo(new Outcome.Failed("bad", false, null));
        assertThat(Stage.failure(step("return null;"))).contains("returned null");
        assertThat(Stage.failure(step("return new Result.Success(null, \"{no json\");")))
                .contains("not valid JSON");
        ScriptHost.Result raised = step("throw new java.io.IOException(\"gone\");");
        assertThat(Stage.failure(raised)).isEqualTo("java.io.IOException: gone");
        assertThat(raised.log().stderr()).contains("at owl.MyStep.process");
        assertThat(Stage.failure(step("throw new NoClassDefFoundError(\"lib/Missing\");")))
                .contains("lib/Missing");
    }

    @Test
    void anInstanceIsUsedAgainAndAChangedJarGetsNewOnes() throws Exception {
        assertThat(Stage.success(step("return new Result.Success(null, \"\" + seen);"))
                        .output())
                .isEqualTo("1");
        assertThat(Stage.success(stage.run(STEP, Stage.claim("2"))).output()).isEqualTo("2");
        assertThat(Stage.success(step("return new Result.Success(null, \"10\" + seen);"))
                        .output())
                .isEqualTo("101");
    }

    @Test
    void taskTypesWithTheSameJarShareItsClassesAndOneThatGoesLeavesThemToTheOthers() throws Exception {
        jar("return new Result.Success(null, \"\" + System.identityHashCode(getClass()));");
        TaskType another = Stage.another(8, "steps.jar#owl.MyStep", ExecutionType.AUTO);

        String shared = Stage.success(stage.run(STEP, Stage.claim("1"))).output();

        assertThat(Stage.success(stage.run(another, Stage.claim("2"))).output()).isEqualTo(shared);
        stage.host.retire(STEP.id());
        assertThat(Stage.success(stage.run(another, Stage.claim("3"))).output()).isEqualTo(shared);
        stage.host.retire(another.id());
        assertThat(Stage.success(stage.run(another, Stage.claim("4"))).output()).isNotEqualTo(shared);
    }

    @Test
    void aStepThatOutlivesItsTimeoutIsInterrupted() throws Exception {
        jar("Thread.sleep(600_000); return null;");
        Claim claim = Stage.claim("1");
        TaskType quick = Stage.taskType("steps.jar#owl.MyStep", ExecutionType.JAVA, Duration.ofSeconds(1), null);

        assertThat(Stage.failure(stage.run(quick, claim))).startsWith("timed out after 1.0 s");
    }

    @Test
    void aStepThatIgnoresItsInterruptKeepsItsLaneUntilItReturns() throws Exception {
        Path go = folder.resolve("go");
        jar("while (!java.nio.file.Files.exists(java.nio.file.Path.of(\"" + go + "\"))) Thread.onSpinWait();"
                + " return new Result.Success(null, null);");
        Claim claim = Stage.claim("1");
        TaskType quick = Stage.taskType("steps.jar#owl.MyStep", ExecutionType.JAVA, Duration.ofSeconds(1), null);
        var started = stage.start(quick, List.of(claim));

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !started.results.isEmpty());
        assertThat(Stage.failure(started.results.get(claim.ticketId()))).contains("ignores its interrupt");
        assertThat(started.run().clear().toCompletableFuture()).isNotDone();
        Files.createFile(go);

        assertThat(Stage.failure(started.result(claim))).contains("ignores its interrupt");
    }

    @Test
    void aMissingClassAndOneThatIsNoStepAreFaultsThatSayWhatToDo() throws Exception {
        jar("return null;");

        assertThatThrownBy(() -> stage.host.examine(Stage.taskType("steps.jar#owl.Other", ExecutionType.JAVA)))
                .isInstanceOf(ScriptFault.class)
                .hasMessageContaining("ClassNotFoundException: owl.Other")
                .hasMessageContaining("Fix: name a public class");
        assertThatThrownBy(() -> stage.host.examine(Stage.taskType("steps.jar#java.lang.String", ExecutionType.AUTO)))
                .hasMessageContaining("ClassCastException");
        assertThatThrownBy(() -> stage.host.examine(Stage.taskType("steps.jar", ExecutionType.JAVA)))
                .hasMessageContaining("names no class in a jar");
        assertThat(stage.host.examine(STEP).executionType()).isEqualTo(ExecutionType.JAVA);
    }
}
