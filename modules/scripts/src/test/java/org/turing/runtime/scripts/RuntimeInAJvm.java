package org.turing.runtime.scripts;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.turing.runtime.domain.ExecutionType;

/** A host in a JVM of its own, for tests that kill or stop it: runs a script of each kind that never ends. */
final class RuntimeInAJvm {

    private RuntimeInAJvm() {}

    /** @param arguments the folder of the stage, and the heartbeat limit in seconds */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Duration limit = Duration.ofSeconds(Long.parseLong(arguments[1]));
        ScriptSettings settings = Stage.settings(folder)
                .withTimes(new ScriptSettings.Times(
                        Duration.ofSeconds(5), limit, Duration.ofMillis(1500), Duration.ofMinutes(10), Stage.LONG));
        Stage stage = new Stage(settings);
        stage.run("warm.py", ExecutionType.THICK);
        var claim = Stage.claim("1");
        var started = stage.start(Stage.taskType("hang.sh", ExecutionType.SCRIPT), List.of(claim));
        System.out.println(started.result(claim).outcome());
        stage.close();
    }

    static Process start(Path folder, long heartbeatSeconds) throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RuntimeInAJvm.class.getName(),
                        folder.toString(),
                        Long.toString(heartbeatSeconds))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
