package org.turing.runtime.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A JVM of its own that does one thing, says so on a line, and stays until it is killed. */
final class Child implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private Child(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /** @param role {@code hold} a folder, {@code start} its server, or {@code look} who runs there */
    static Child start(String role, Path folder) throws IOException {
        return start(role, folder, Map.of());
    }

    /** @param environment changes what it finds there */
    static Child start(String role, Path folder, Map<String, String> environment) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
        line.addAll(Arrays.asList(role, folder.toString()));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new Child(builder.start());
    }

    long pid() {
        return process.pid();
    }

    /** Waits for what it has to say. */
    @Nullable
    String said() throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("child: ")) {
                return line.substring("child: ".length());
            }
        }
        return null;
    }

    /** With SIGKILL, as the last argument against a runtime. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("child " + pid() + " survived SIGKILL");
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        output.close();
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "hold" -> {
                DataFolder held = DataFolder.open(folder);
                held.announce(new RunningRuntime(ProcessHandle.current().pid(), "127.0.0.1", 7626, "secret", null));
                System.out.println("child: " + held.identity());
            }
            case "start" -> {
                EmbeddedPostgres server = EmbeddedPostgres.start(folder, EmbeddedPostgres.Options.defaults());
                System.out.println("child: " + server.uri());
            }
            case "look" -> {
                String held = FolderLock.isHeld(folder.toRealPath()) ? "held" : "free";
                System.out.println("child: " + held + " "
                        + DataFolder.findRunning(folder)
                                .map(RunningRuntime::pid)
                                .orElse(0L));
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        Thread.currentThread().join();
    }
}
