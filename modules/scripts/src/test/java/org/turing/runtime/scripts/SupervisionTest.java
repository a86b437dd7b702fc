package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;

/** No child outlives its runtime, whatever becomes of the JVM or of the supervisor. */
@Timeout(240)
class SupervisionTest {

    @TempDir
    Path folder;

    private Path pid(String name) {
        return folder.resolve(name + ".pid");
    }

    /** A script that ignores SIGTERM, with a child that made a session of its own; and a warm worker. */
    private void scripts() throws Exception {
        Path scripts = Files.createDirectories(folder.resolve("scripts"));
        Path hang = Files.writeString(
                scripts.resolve("hang.sh"),
                "#!/bin/sh\ntrap '' TERM\nsetsid sh -c 'echo $$ >" + pid("escaped") + "; exec sleep 600' &\n"
                        + "echo $$ >" + pid("script") + "\nwhile :; do sleep 1; done\n");
        assertThat(hang.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                scripts.resolve("warm.py"),
                "import os\nclass Actor:\n    def process(self):\n        with open('" + pid("worker")
                        + "', 'w') as file: print(os.getpid(), file=file)\n        return {}\n");
    }

    private List<Long> children() {
        return List.of(
                Processes.awaitPid(pid("worker")),
                Processes.awaitPid(pid("script")),
                Processes.awaitPid(pid("escaped")));
    }

    private List<Long> supervisors() throws Exception {
        return Processes.mentioning(folder.resolve("work").toString());
    }

    @Test
    void killingTheJvmEndsEveryChildAndTheSupervisor() throws Exception {
        scripts();
        Process jvm = RuntimeInAJvm.start(folder, 10);
        try {
            List<Long> children = children();
            List<Long> supervisors = supervisors();
            assertThat(children).allMatch(Processes::alive);
            assertThat(supervisors).isNotEmpty();

            jvm.destroyForcibly().waitFor();

            children.forEach(Processes::awaitEnd);
            supervisors.forEach(Processes::awaitEnd);
        } finally {
            jvm.destroyForcibly();
        }
        // What the killed one left in the work folder is removed by the next.
        try (Stage stage = new Stage(Stage.settings(folder));
                var left = Files.list(folder.resolve("work"))) {
            assertThat(left).hasSize(1);
            assertThat(stage.scripts).exists();
        }
    }

    @Test
    void whatOutlivesARuntimeThatWasKilledWithItsSupervisorIsEndedByTheNextStart() throws Exception {
        scripts();
        Process jvm = RuntimeInAJvm.start(folder, 60);
        try {
            List<Long> hung = children().subList(1, 3);
            for (long supervisor : supervisors()) {
                signal("STOP", supervisor); // so that it does nothing about the death of the other one
            }
            jvm.destroyForcibly().waitFor();
            for (long supervisor : supervisors()) {
                signal("KILL", supervisor);
                Processes.awaitEnd(supervisor);
            }
            assertThat(hung).allMatch(Processes::alive);

            new Stage(Stage.settings(folder)).close();

            assertThat(hung).noneMatch(Processes::alive);
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void aScriptThatIsStartedWhileItsRuntimeDiesDoesNotOutliveIt() throws Exception {
        scripts();
        SupervisorProcess supervisor = supervisor("one", false);
        supervisor.spawn(1, new Launch(List.of(folder.resolve("scripts/hang.sh").toString()), Map.of()));
        supervisor.leave(60); // the end of its input is all that it sees of a JVM's death
        assertThat(Processes.mentioning(folder.toString())).isEmpty();
        if (Files.exists(pid("escaped"))) {
            assertThat(Processes.alive(Processes.awaitPid(pid("escaped")))).isFalse();
        }
    }

    @Test
    void aScriptWhoseStartWasNotSeenBeforeItsSupervisorDiedIsEndedByTheNextOne() throws Exception {
        scripts();
        SupervisorProcess first = supervisor("one", false);
        first.spawn(1, new Launch(List.of(folder.resolve("scripts/hang.sh").toString()), Map.of()));
        List<Long> hung = List.of(Processes.awaitPid(pid("script")), Processes.awaitPid(pid("escaped")));
        signal("KILL", first.pid());
        Processes.awaitEnd(first.pid());
        assertThat(hung).allMatch(Processes::alive);

        SupervisorProcess other = supervisor("another", true);
        other.leave(60);
        assertThat(hung).as("of another runtime").allMatch(Processes::alive);
        supervisor("one", true).leave(60);

        hung.forEach(Processes::awaitEnd);
    }

    private SupervisorProcess supervisor(String mark, boolean successor) throws Exception {
        ScriptSettings settings = Stage.settings(folder);
        Path program = Path.of(
                SupervisionTest.class.getResource("turing_supervisor.py").toURI());
        Path python = new Interpreter(settings.python(), settings.scriptsFolder(), System.getenv()).path();
        SupervisorProcess started = SupervisorProcess.start(python, program, folder, System.getenv(), NOBODY);
        started.begin(folder, mark, System.getenv(), settings, successor, List.of());
        return started;
    }

    /** Hears nothing of what a supervisor says. */
    private static final SupervisorProcess.Listener NOBODY = new SupervisorProcess.Listener() {
        @Override
        public void heard(SupervisorProcess from, JsonNode event) {}

        @Override
        public void ended(SupervisorProcess which, String problem) {}
    };

    @Test
    void stoppingTheJvmBeyondTheHeartbeatLimitEndsEveryChildAndItSaysSoWhenItGoesOn() throws Exception {
        scripts();
        Process jvm = RuntimeInAJvm.start(folder, 2);
        try {
            List<Long> children = children();
            signal("STOP", jvm.pid());

            children.forEach(Processes::awaitEnd);

            signal("CONT", jvm.pid());
            assertThat(new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Cancelled", "the runtime had stopped or was frozen");
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void whenTheSupervisorDiesItsRunsFailItsChildrenEndAndTheNextRunWorks() throws Exception {
        scripts();
        try (Stage stage = new Stage(Stage.settings(folder))) {
            stage.run("warm.py", ExecutionType.THICK);
            Claim claim = Stage.claim("1");
            var started = stage.start(Stage.taskType("hang.sh", ExecutionType.SCRIPT), List.of(claim));
            List<Long> children = children();
            long first = stage.host.supervisorPid();

            signal("KILL", first);

            assertThat(Stage.failure(started.result(claim))).contains("the supervisor of scripts", "has died");
            assertThat(Processes.alive(children.get(1))).isFalse();
            children.forEach(Processes::awaitEnd);
            assertThat(stage.run("warm.py", ExecutionType.THICK).outcome()).isInstanceOf(Outcome.Succeeded.class);
            assertThat(stage.host.supervisorPid()).isNotEqualTo(first);
        }
    }

    @Test
    void aSupervisorThatHangsIsReplaced() throws Exception {
        scripts();
        var times = new ScriptSettings.Times(
                Stage.QUICK.grace(),
                Duration.ofSeconds(1),
                Stage.QUICK.silenceGrace(),
                Stage.QUICK.idleWorker(),
                Stage.LONG);
        try (Stage stage = new Stage(Stage.settings(folder).withTimes(times))) {
            Claim claim = Stage.claim("1");
            var started = stage.start(Stage.taskType("hang.sh", ExecutionType.SCRIPT), List.of(claim));
            long script = Processes.awaitPid(pid("script"));

            signal("STOP", stage.host.supervisorPid());

            assertThat(Stage.failure(started.result(claim))).contains("has died");
            assertThat(Processes.alive(script)).isFalse();
        }
    }

    @Test
    void politeSignalsDoNotEndTheSupervisor() throws Exception {
        scripts();
        try (Stage stage = new Stage(Stage.settings(folder))) {
            stage.run("warm.py", ExecutionType.THICK);
            long supervisor = stage.host.supervisorPid();

            signal("TERM", supervisor);
            signal("INT", supervisor);
            signal("HUP", supervisor);

            assertThat(stage.run("warm.py", ExecutionType.THICK).outcome()).isInstanceOf(Outcome.Succeeded.class);
            assertThat(stage.host.supervisorPid()).isEqualTo(supervisor);
        }
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                        .start()
                        .waitFor())
                .isZero();
    }
}
