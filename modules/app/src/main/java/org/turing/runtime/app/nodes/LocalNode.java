package org.turing.runtime.app.nodes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.embedded.DataFolderFailure;
import org.turing.runtime.embedded.RunningRuntime;
import org.turing.runtime.monitoring.client.RuntimeCallFailed;
import org.turing.runtime.monitoring.client.RuntimeClient;

/** One node: a process with a data folder and a log of its own, on one address for all its lives. */
final class LocalNode {

    private static final Logger log = LoggerFactory.getLogger(LocalNode.class);
    private static final int LAST_LINES = 12;

    private final String name;
    private final int port;
    private final List<Integer> seeds;
    private final NodesPlan plan;
    private @Nullable Process process;

    /**
     * @param port that it listens on for other nodes
     * @param seeds ports of the nodes that it asks to be let in
     */
    LocalNode(String name, int port, List<Integer> seeds, NodesPlan plan) {
        this.name = name;
        this.port = port;
        this.seeds = List.copyOf(seeds);
        this.plan = plan;
    }

    String name() {
        return name;
    }

    Path data() {
        return plan.folder().resolve(name);
    }

    Path logFile() {
        return plan.folder().resolve(name + ".log");
    }

    void start() throws NodeTrouble {
        List<String> command = new ArrayList<>(OwnProgram.command());
        command.add("start");
        command.addAll(
                List.of("--until-end-of", Long.toString(ProcessHandle.current().pid())));
        command.addAll(plan.arguments());
        command.addAll(List.of(
                "--data",
                data().toString(),
                "-Dturing.http.host=127.0.0.1",
                "-Dturing.http.port=0",
                "-Dturing.jmx.port=-1",
                "-Dturing.cluster.name=" + name,
                "-Dturing.cluster.host=127.0.0.1",
                "-Dturing.cluster.port=" + port,
                "-Dturing.cluster.bind-host=",
                "-Dturing.cluster.roles=control,worker"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        builder.environment().putAll(plan.environment());
        builder.environment()
                .put(
                        "TURING_CLUSTER_SEEDS",
                        String.join(
                                ",",
                                seeds.stream().map(seed -> "127.0.0.1:" + seed).toList()));
        try {
            process = builder.start();
        } catch (IOException failure) {
            throw new NodeTrouble(name + " can't be started: " + failure.getMessage(), failure);
        }
    }

    long pid() {
        return process == null ? 0 : process.pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The way to ask it; empty as long as it can't be asked. */
    Optional<RuntimeClient> client() {
        try {
            return DataFolder.findRunning(data())
                    .filter(running -> running.pid() == pid())
                    .map(LocalNode::client);
        } catch (DataFolderFailure half) {
            return Optional.empty(); // it is being written
        }
    }

    private static RuntimeClient client(RunningRuntime running) {
        return RuntimeClient.of(running.host(), running.httpPort(), running.token());
    }

    /** What it ended with, and the end of its log. */
    String lastWords() {
        Process ended = process;
        StringBuilder words = new StringBuilder(name);
        words.append(ended == null || ended.isAlive() ? " runs" : " ended early with exit code " + ended.exitValue());
        words.append("; the last lines of ").append(logFile()).append(':');
        try {
            List<String> lines = new String(Files.readAllBytes(logFile()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
                    .forEach(line -> words.append("\n  ").append(line));
        } catch (IOException unreadable) {
            words.append(" can't be read: ").append(unreadable);
        }
        return words.toString();
    }

    /**
     * Lets it finish what runs and leave; waits for that, and insists after its time is over. By its API, as a
     * terminal's Ctrl-C has reached it as a signal already, and a second signal would end its scripts.
     */
    void stop() throws InterruptedException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        if (!heardStop()) {
            running.destroy();
        }
        if (!ended(running, plan.drain().plus(Duration.ofSeconds(20)))) {
            log.warn("{} (pid {}) did not end in time; it is ended", name, running.pid());
            running.destroy();
            if (!ended(running, Duration.ofSeconds(10))) {
                kill();
            }
        }
    }

    private boolean heardStop() {
        try {
            return client().map(client -> client.stop(false).done()).orElse(false);
        } catch (RuntimeCallFailed unheard) {
            return false;
        }
    }

    /** SIGKILL; waits for its end. */
    void kill() throws InterruptedException {
        Process running = process;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    private static boolean ended(Process running, Duration patience) throws InterruptedException {
        return running.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
