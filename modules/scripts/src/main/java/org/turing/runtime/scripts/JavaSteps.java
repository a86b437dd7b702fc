package org.turing.runtime.scripts;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.plugin.Step;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/**
 * Execution type {@code java}: a class in a jar of the scripts folder, an instance for each lane. The jar is copied
 * before it is loaded, so that it can be replaced at any time; a changed one gets a class loader of its own. Task types
 * with the same jar share its classes.
 */
final class JavaSteps implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JavaSteps.class);

    private final Duration grace;
    private final Path folder;
    private final ScheduledExecutorService timer;
    private final Map<Long, Loaded> loaded = new HashMap<>();
    /** By the hash of the file. */
    private final Map<String, Jar> jars = new HashMap<>();

    JavaSteps(Duration grace, Path folder, ScheduledExecutorService timer) {
        this.grace = grace;
        this.folder = folder;
        this.timer = timer;
    }

    /** The classes of a jar, for as long as a task type uses one. */
    private static final class Jar {
        private final URLClassLoader loader;
        private int users;

        Jar(URLClassLoader loader) {
            this.loader = loader;
        }
    }

    /** A class of a jar as a task type uses it. */
    private static final class Loaded {
        private final ScriptFile script;
        private final Jar jar;
        private final Class<? extends Step> type;
        private final Deque<Step> idle = new ArrayDeque<>();
        private int busy;
        private boolean retired;

        Loaded(ScriptFile script, Jar jar, Class<? extends Step> type) {
            this.script = script;
            this.jar = jar;
            this.type = type;
        }
    }

    void examine(TaskType taskType, ScriptFile script) throws ScriptFault {
        giveBack(take(taskType, script), null);
    }

    private synchronized Loaded take(TaskType taskType, ScriptFile script) throws ScriptFault {
        Loaded known = loaded.get(taskType.id());
        if (known == null || !known.script.equals(script)) {
            retire(taskType.id());
            known = load(taskType, script);
            loaded.put(taskType.id(), known);
        }
        known.busy++;
        return known;
    }

    private synchronized void giveBack(Loaded used, @Nullable Step step) {
        used.busy--;
        if (step != null) {
            used.idle.push(step);
        }
        closeIfDone(used);
    }

    private Loaded load(TaskType taskType, ScriptFile script) throws ScriptFault {
        try {
            Jar jar = jar(script);
            try {
                Class<? extends Step> type =
                        jar.loader.loadClass(script.className()).asSubclass(Step.class);
                type.getConstructor();
                jar.users++;
                return new Loaded(script, jar, type);
            } finally {
                closeIfUnused(script, jar);
            }
        } catch (IOException | ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new ScriptFault(
                    "task type '" + taskType.name() + "': " + taskType.scriptPath() + " can't be loaded: " + e
                            + ". Fix: name a public class of that jar that implements " + Step.class.getName()
                            + " and has a public constructor without parameters");
        }
    }

    private Jar jar(ScriptFile script) throws IOException {
        Jar known = jars.get(script.hash());
        if (known != null) {
            return known;
        }
        Path copy = folder.resolve("step-" + script.hash() + ".jar");
        if (!Files.exists(copy)) {
            Files.copy(script.path(), copy);
        }
        Jar jar = new Jar(new URLClassLoader(new URL[] {copy.toUri().toURL()}, Step.class.getClassLoader()));
        jars.put(script.hash(), jar);
        return jar;
    }

    /** Runs one subject on this thread; returns when the step has returned, however late. */
    void run(LaneRun lane, ScriptFile script, Claim claim) throws ScriptFault {
        Loaded step = take(lane.taskType(), script);
        Thread thread = Thread.currentThread();
        String name = thread.getName();
        thread.setName("turing-step-" + lane.taskType().name());
        thread.setContextClassLoader(step.jar.loader);
        lane.started(claim);
        Interruption interruption = new Interruption(lane, claim);
        lane.endableBy(interruption::fire);
        Step instance = null;
        Finished finished;
        try {
            instance = instance(step);
            finished = process(instance, lane, claim);
        } catch (ReflectiveOperationException | LinkageError e) {
            finished = failure(e.getCause() == null ? e : e.getCause());
        } finally {
            thread.setContextClassLoader(JavaSteps.class.getClassLoader());
            thread.setName(name);
        }
        Outcome early = lane.notEndable();
        interruption.over();
        giveBack(step, early == null ? instance : null);
        lane.finished(claim, early != null ? early : finished.outcome, new RunLog("", finished.trace, null));
    }

    private Step instance(Loaded step) throws ReflectiveOperationException {
        synchronized (this) {
            Step idle = step.idle.poll();
            if (idle != null) {
                return idle;
            }
        }
        return step.type.getConstructor().newInstance();
    }

    private record Finished(Outcome outcome, String trace) {}

    private static Finished process(Step step, LaneRun lane, Claim claim) {
        try {
            Step.Result result = step.process(new Step.Input(
                    lane.taskType().name(),
                    claim.ticketId(),
                    claim.fence(),
                    claim.subject().type(),
                    claim.subject().id(),
                    claim.attempt(),
                    claim.model(),
                    lane.gpu(),
                    claim.fields()));
            return new Finished(outcome(result), "");
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError | AssertionError e) {
            return failure(e);
        }
    }

    private static Finished failure(Throwable e) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace, true));
        return new Finished(new Outcome.Failed(said(e.toString()), true, null), said(trace.toString()));
    }

    private static String said(String text) {
        return ResultReader.bounded(Text.clean(text));
    }

    private static Outcome outcome(Step.@Nullable Result result) {
        if (result instanceof Step.Result.Success success) {
            String output = success.output();
            String problem = output == null ? null : ResultReader.problemOf(output.getBytes(StandardCharsets.UTF_8));
            return problem == null
                    ? new Outcome.Succeeded(
                            success.status() == null ? null : said(success.status()),
                            output == null ? null : Text.clean(output))
                    : new Outcome.Failed("the step's output can't be kept: " + problem, true, null);
        }
        if (result instanceof Step.Result.Skip skip) {
            return new Outcome.Skipped(said(skip.reason()), null);
        }
        if (result instanceof Step.Result.Failure failure) {
            return new Outcome.Failed(said(failure.error()), failure.retry(), null);
        }
        return new Outcome.Failed("the step returned null, not a result", true, null);
    }

    /** Interrupts a step once; one that ignores it keeps its lane, but its claim is reported after the grace. */
    private final class Interruption {
        private final Thread thread = Thread.currentThread();
        private final LaneRun lane;
        private final Claim claim;
        private @Nullable Future<?> report;
        private boolean over;

        Interruption(LaneRun lane, Claim claim) {
            this.lane = lane;
            this.claim = claim;
        }

        synchronized void fire() {
            if (!over && report == null) {
                thread.interrupt();
                report = timer.schedule(this::ignored, grace.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        private synchronized void ignored() {
            if (!over) {
                log.error(
                        "task type '{}': step {} ignores its interrupt on ticket {} and keeps its lane. Fix: let it end when"
                                + " its thread is interrupted, then restart the runtime",
                        lane.taskType().name(),
                        lane.taskType().scriptPath(),
                        claim.ticketId());
                Outcome outcome = lane.isCancelled()
                        ? new Outcome.Cancelled("cancelled, but the step ignores its interrupt")
                        : new Outcome.Failed(
                                "timed out after " + lane.timeout().toMillis() / 1000.0
                                        + " s and ignores its interrupt",
                                true,
                                null);
                lane.finished(claim, outcome, RunLog.EMPTY);
            }
        }

        synchronized void over() {
            over = true;
            if (report != null) {
                report.cancel(false);
            }
            Thread.interrupted(); // what came too late is nobody's
        }
    }

    /** Forgets a task type's class once its last instance is idle. */
    synchronized void retire(long taskTypeId) {
        Loaded known = loaded.remove(taskTypeId);
        if (known != null) {
            known.retired = true;
            closeIfDone(known);
        }
    }

    private void closeIfDone(Loaded step) {
        if (step.retired && step.busy == 0) {
            step.jar.users--;
            closeIfUnused(step.script, step.jar);
        }
    }

    private void closeIfUnused(ScriptFile script, Jar jar) {
        if (jar.users > 0) {
            return;
        }
        jars.remove(script.hash());
        try {
            jar.loader.close();
        } catch (IOException e) {
            log.warn("closing a step's jar failed: {}", e.toString());
        }
    }

    @Override
    public synchronized void close() {
        for (Long taskTypeId : Map.copyOf(loaded).keySet()) {
            retire(taskTypeId);
        }
    }
}
