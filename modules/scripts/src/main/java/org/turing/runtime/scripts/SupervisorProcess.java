package org.turing.runtime.scripts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One incarnation of the supervisor program ({@code turing_supervisor.py}, which documents the protocol): its process,
 * what is sent to it and what it says.
 */
final class SupervisorProcess {

    private static final Logger log = LoggerFactory.getLogger(SupervisorProcess.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** So many heartbeats without any answer mean that it hangs; they are a fifth of the limit apart. */
    private static final int UNANSWERED = 8;

    /** Hears what the supervisor says, on its reading thread. */
    interface Listener {
        void heard(SupervisorProcess from, JsonNode event);

        void ended(SupervisorProcess which, String problem);
    }

    private final Process process;
    private final OutputStream requests;
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final CompletableFuture<Void> heardAll = new CompletableFuture<>();
    private volatile String lastWords = "";

    private SupervisorProcess(Process process) {
        this.process = process;
        this.requests = process.getOutputStream();
    }

    static SupervisorProcess start(
            Path python, Path program, Path folder, Map<String, String> environment, Listener listener)
            throws IOException {
        // Isolated, without site packages: 15 ms instead of 30, and nothing that a user installed can break it.
        ProcessBuilder builder = new ProcessBuilder(python.toString(), "-I", "-S", "-E", program.toString());
        builder.directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        SupervisorProcess started = new SupervisorProcess(builder.start());
        started.thread("turing-supervisor-errors", started::readErrors);
        started.thread("turing-supervisor", () -> started.readEvents(listener));
        return started;
    }

    private void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The first request: tells it what it works with.
     *
     * @param mark what tells this runtime's children from others'
     * @param environment what every child gets
     * @param successor whether there was a supervisor before; then it ends whatever carries the mark
     * @param leftBehind children of the one before, which it ends
     * @throws IOException if it does not listen any more, as with every request
     */
    void begin(
            Path folder,
            String mark,
            Map<String, String> environment,
            ScriptSettings settings,
            boolean successor,
            List<ChildProcess> leftBehind)
            throws IOException {
        ObjectNode request = request("begin")
                .put("folder", folder.toString())
                .put("mark", mark)
                .putPOJO("environment", environment)
                .put("heartbeat_limit", seconds(settings.times().heartbeatLimit()))
                .put("silence_grace", seconds(settings.times().silenceGrace()))
                .put("successor", successor);
        request.putObject("limits")
                .put("RLIMIT_DATA", settings.limits().memoryBytes())
                .put("RLIMIT_NOFILE", settings.limits().openFiles());
        ArrayNode groups = request.putArray("end");
        leftBehind.forEach(child ->
                groups.addObject().put("id", child.id()).put("pid", child.pid().join()));
        send(request);
    }

    void spawn(long childId, Launch launch) throws IOException {
        send(request("spawn")
                .put("id", childId)
                .putPOJO("argv", launch.command())
                .putPOJO("environment", launch.environment()));
    }

    void opened(long childId) throws IOException {
        send(request("opened").put("id", childId));
    }

    void end(long childId, Duration grace) throws IOException {
        send(request("end").put("id", childId).put("grace", seconds(grace)));
    }

    private static ObjectNode request(String operation) {
        return JSON.createObjectNode().put("op", operation);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private void send(ObjectNode request) throws IOException {
        byte[] line = (JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8);
        sending.lock();
        try {
            requests.write(line);
            requests.flush();
        } finally {
            sending.unlock();
        }
    }

    /** Shows the supervisor that this JVM lives, and ends a supervisor that does not. Never blocks for long. */
    void beat() {
        if (unanswered.incrementAndGet() > UNANSWERED) {
            log.error("the supervisor of scripts (pid {}) does not answer: it is ended and replaced", process.pid());
            process.destroyForcibly();
            return;
        }
        if (sending.tryLock()) {
            try {
                send(request("heartbeat"));
            } catch (IOException e) {
                log.debug("no heartbeat: {}", e.getMessage()); // its end is seen by the reading thread
            } finally {
                sending.unlock();
            }
        }
    }

    private void readEvents(Listener listener) {
        String problem = "it closed its output";
        try (BufferedReader events = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = events.readLine(); line != null; line = events.readLine()) {
                unanswered.set(0);
                listener.heard(this, JSON.readTree(line));
            }
        } catch (IOException e) {
            problem = e.toString();
        } finally {
            process.destroyForcibly();
            listener.ended(this, problem + (lastWords.isEmpty() ? "" : ": " + lastWords));
            heardAll.complete(null);
        }
    }

    /** Why a child was not started, and what to do. */
    static String refusal(JsonNode event) {
        String error = event.path("error").asText();
        return switch (event.path("errno").asInt()) {
            case 2 -> error + ". Fix: the file, or the interpreter in its first line, is missing";
            case 8 -> error + ". Fix: give it a first line such as #!/bin/sh";
            case 13 -> error + ". Fix: chmod +x";
            default -> error;
        };
    }

    /** How a child ended. */
    static Exit exit(JsonNode event) {
        return new Exit(
                event.has("code") ? event.get("code").asInt() : null,
                event.has("signal") ? event.get("signal").asText() : null,
                event.path("silenced").asBoolean() ? "the runtime had stopped or was frozen" : null);
    }

    private void readErrors() {
        try (BufferedReader errors = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                lastWords = line;
                log.warn("supervisor of scripts: {}", line);
            }
        } catch (IOException e) {
            log.debug("supervisor of scripts: {}", e.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * Lets the supervisor end every child and leave (it sees the end of its input); returns when all it said is heard.
     */
    void leave(long patienceSeconds) {
        try {
            requests.close();
        } catch (IOException e) {
            log.debug("closing the supervisor's input: {}", e.getMessage());
        }
        try {
            if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            heardAll.get(patienceSeconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the last words of the supervisor of scripts were not heard: {}", e.toString());
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
