package org.turing.runtime.app.whole;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.turing.runtime.app.Main;

/** The program as a process of its own. What it prints goes to one file, as on a terminal. */
final class Child implements AutoCloseable {

    private final Process process;
    private final Path printed;

    private Child(Process process, Path printed) {
        this.process = process;
        this.printed = printed;
    }

    static Child start(Map<String, String> settings, Path folder, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        settings.forEach((key, value) -> command.addAll(List.of("-D", key + "=" + value)));
        Path printed = Files.createTempFile(folder, "printed", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TURING_"));
        return new Child(builder.start(), printed);
    }

    Process process() {
        return process;
    }

    String printed() throws IOException {
        return Files.readString(printed);
    }

    /** Waits until it has printed that. */
    void awaitPrinted(String text) {
        WholeSystem.await("'" + text + "' from the child").until(() -> {
            if (!process.isAlive() && !printed().contains(text)) {
                throw new AssertionError("the child has ended without it: " + printed());
            }
            return printed().contains(text);
        });
    }

    /** Waits for its end; returns its exit code. */
    int exitCode() throws InterruptedException, IOException {
        if (!process.waitFor(WholeSystem.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the child has not ended: " + printed());
        }
        return process.exitValue();
    }

    /** Stops it as when a whole machine freezes; its supervisor first, which would end the scripts. Scripts go on. */
    List<ProcessHandle> freeze() throws IOException, InterruptedException {
        List<ProcessHandle> processes =
                new ArrayList<>(process.toHandle().children().toList());
        processes.add(process.toHandle());
        for (ProcessHandle each : processes) {
            signal("STOP", each.pid());
        }
        return processes;
    }

    /** Lets go on what was frozen. */
    static void thaw(List<ProcessHandle> frozen) throws IOException, InterruptedException {
        for (ProcessHandle each : frozen) {
            signal("CONT", each.pid());
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
