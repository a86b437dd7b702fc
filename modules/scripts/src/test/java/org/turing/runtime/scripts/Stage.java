package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.ScriptHost;

/** A scripts folder, a host for it, and the words to try a script in one line. */
final class Stage implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(60);
    static final ScriptSettings.Times QUICK = new ScriptSettings.Times(
            Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMillis(1500), Duration.ofSeconds(60), LONG);

    private static final AtomicLong IDS = new AtomicLong(100);

    final Path scripts;
    final LocalScriptHost host;

    Stage(ScriptSettings settings) throws IOException {
        this.scripts = settings.scriptsFolder();
        this.host = LocalScriptHost.create(settings);
    }

    static ScriptSettings settings(Path folder) throws IOException {
        Path scripts = Files.createDirectories(folder.resolve("scripts"));
        return ScriptSettings.of(scripts, folder.resolve("work")).withTimes(QUICK);
    }

    /** Writes a script; executable if it has a first line that names an interpreter. */
    Path script(String name, String text) throws IOException {
        Path file = scripts.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        if (text.startsWith("#!")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return file;
    }

    static TaskType taskType(String script, ExecutionType type) {
        return taskType(script, type, LONG, null);
    }

    static TaskType taskType(String script, ExecutionType type, Duration timeout, @Nullable Boolean databaseAccess) {
        return taskType(script, type, timeout, databaseAccess, null);
    }

    static TaskType taskType(
            String script,
            ExecutionType type,
            Duration timeout,
            @Nullable Boolean databaseAccess,
            @Nullable String scriptHash) {
        return taskType(7, script, type, timeout, databaseAccess, scriptHash, null);
    }

    /** One whose script needs a model. */
    static TaskType withModel(String script, ExecutionType type) {
        return taskType(7, script, type, LONG, null, null, "gemma2");
    }

    /** One with an id of its own. */
    static TaskType another(long id, String script, ExecutionType type) {
        return taskType(id, script, type, LONG, null, null, null);
    }

    private static TaskType taskType(
            long id,
            String script,
            ExecutionType type,
            Duration timeout,
            @Nullable Boolean databaseAccess,
            @Nullable String scriptHash,
            @Nullable String model) {
        return new TaskType(
                id,
                "tidy",
                "",
                null,
                true,
                "SELECT 1",
                null,
                script,
                model,
                List.of(),
                List.of(),
                type,
                databaseAccess,
                10,
                null,
                0,
                null,
                timeout,
                3,
                Duration.ofSeconds(1),
                Rerun.ON_RETURN,
                scriptHash);
    }

    static Claim claim(String subjectId) {
        return claim(subjectId, "{\"name\": \"owl\"}");
    }

    static Claim claim(String subjectId, String fields) {
        return claim(subjectId, fields, "gemma2");
    }

    static Claim claimWithoutModel(String subjectId) {
        return claim(subjectId, "{}", null);
    }

    private static Claim claim(String subjectId, String fields, @Nullable String model) {
        long id = IDS.incrementAndGet();
        return new Claim(
                id, id + 1, 7, new Subject("owl", subjectId), 2, new Chain(new UUID(1, 2), 3), model, 1, fields);
    }

    /** Runs one subject to its end. */
    ScriptHost.Result run(TaskType taskType, Claim claim) throws Exception {
        return start(taskType, List.of(claim)).result(claim);
    }

    ScriptHost.Result run(String script, ExecutionType type) throws Exception {
        return run(taskType(script, type), claim("1234"));
    }

    /** Runs one subject by a shell script of this text. */
    ScriptHost.Result shell(String text) throws Exception {
        script("run.sh", "#!/bin/sh\n" + text + "\n");
        return run("run.sh", ExecutionType.SCRIPT);
    }

    /** Runs one subject and returns why it failed; fails itself if it did not. */
    String failure(String script, ExecutionType type) throws Exception {
        return failure(run(script, type));
    }

    static String failure(ScriptHost.Result result) {
        if (result.outcome() instanceof Outcome.Failed failed) {
            return failed.error();
        }
        if (result.outcome() instanceof Outcome.TimedOut timedOut) {
            return timedOut.error();
        }
        throw new AssertionError("not failed: " + result);
    }

    static Outcome.Succeeded success(ScriptHost.Result result) {
        if (result.outcome() instanceof Outcome.Succeeded succeeded) {
            return succeeded;
        }
        throw new AssertionError("not a success: " + result);
    }

    Started start(TaskType taskType, List<Claim> claims) {
        return start(taskType, claims, null);
    }

    /** On a slot that is counted on that card. */
    Started start(TaskType taskType, List<Claim> claims, @Nullable String gpu) {
        Started started = new Started(claims.size());
        started.run = host.run(
                taskType,
                claims,
                gpu,
                RunTimeout.of(taskType.timeout(), false, RunTimeout.Times.NONE).timeout(),
                started);
        return started;
    }

    @Override
    public void close() {
        host.close();
    }

    /** A run under way and what was heard of it. */
    static final class Started implements ScriptHost.Listener {
        final Map<Long, ScriptHost.Result> results = new ConcurrentHashMap<>();
        final CountDownLatch begun;
        final AtomicInteger starts = new AtomicInteger();
        ScriptHost.@Nullable Run run;

        Started(int claims) {
            this.begun = new CountDownLatch(claims);
        }

        @Override
        public void started(Claim claim) {
            starts.incrementAndGet();
            begun.countDown();
        }

        @Override
        public void finished(Claim claim, ScriptHost.Result result) {
            if (results.put(claim.ticketId(), result) != null) {
                throw new AssertionError("two results for " + claim);
            }
        }

        Started cleared() throws Exception {
            run().clear().toCompletableFuture().get(LONG.toSeconds() * 2, TimeUnit.SECONDS);
            return this;
        }

        ScriptHost.Run run() {
            if (run == null) {
                throw new AssertionError("not started");
            }
            return run;
        }

        ScriptHost.Result result(Claim claim) throws Exception {
            ScriptHost.Result result = cleared().results.get(claim.ticketId());
            if (result == null) {
                throw new AssertionError("no result for " + claim);
            }
            return result;
        }
    }
}
