package org.turing.runtime.scripts;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/**
 * Execution types {@code worker} and {@code thick}: warm workers by task type, as many as there are lanes at work. The
 * one used last is used next, so that those too many fall idle and end.
 */
final class WorkerPool {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private final ScriptSettings settings;
    private final ChildRun children;
    private final Path harness;
    private final ScheduledExecutorService timer;
    private final SecureRandom random = new SecureRandom();

    private final Map<Long, Deque<Worker>> idle = new HashMap<>();
    private final Map<Long, Integer> generations = new HashMap<>();
    private boolean closed;

    /** @param harness the program that runs actors */
    WorkerPool(ScriptSettings settings, ChildRun children, Path harness, ScheduledExecutorService timer) {
        this.settings = settings;
        this.children = children;
        this.harness = harness;
        this.timer = timer;
        long look = Math.max(50, Math.min(1000, settings.times().idleWorker().toMillis() / 2));
        timer.scheduleWithFixedDelay(this::endIdle, look, look, TimeUnit.MILLISECONDS);
    }

    /** Runs one subject on a warm worker, or on a new one. */
    void run(LaneRun lane, ScriptFile script, Claim claim, Map<String, String> environment) {
        TaskType taskType = lane.taskType();
        boolean databaseAccess = environment.containsKey("TURING_DATABASE_URL");
        Worker.Key key = key(taskType, script, databaseAccess);
        Worker worker = take(key);
        if (worker == null) {
            try {
                worker = start(key, script, environment);
            } catch (ScriptFault e) {
                lane.finished(claim, new Outcome.Unrunnable(Environment.SCRIPT, e.getMessage()), RunLog.EMPTY);
                return;
            }
        }
        worker.serve(lane, claim);
        giveBack(worker);
    }

    private synchronized Worker.Key key(TaskType taskType, ScriptFile script, boolean databaseAccess) {
        return new Worker.Key(
                taskType.id(),
                taskType.name(),
                script.executionType(),
                script.path().toString(),
                script.hash(),
                taskType.requiresModel(),
                databaseAccess,
                generations.getOrDefault(taskType.id(), 0));
    }

    private @Nullable Worker take(Worker.Key key) {
        List<Worker> outdated = new ArrayList<>();
        Worker found = null;
        synchronized (this) {
            Deque<Worker> workers = idle.getOrDefault(key.taskTypeId(), new ArrayDeque<>());
            while (found == null && !workers.isEmpty()) {
                Worker worker = workers.pop();
                if (worker.usable() && worker.key().equals(key)) {
                    found = worker;
                } else {
                    outdated.add(worker);
                }
            }
        }
        outdated.forEach(this::dismiss);
        return found;
    }

    private Worker start(Worker.Key key, ScriptFile script, Map<String, String> environment) throws ScriptFault {
        if (key.executionType() != ExecutionType.THICK) {
            return worker(key, new Launch(script.command(), environment), null);
        }
        String mark = HexFormat.of().toHexDigits(random.nextLong());
        Map<String, String> extended = new LinkedHashMap<>(environment);
        extended.put("TURING_LOG_MARK", mark);
        extended.put("TURING_DATABASE_ACCESS", key.databaseAccess() ? "on" : "off");
        List<String> command = new ArrayList<>(script.command());
        command.add(harness.toString());
        command.add(script.path().toString());
        return worker(key, new Launch(command, extended), mark);
    }

    private Worker worker(Worker.Key key, Launch launch, @Nullable String mark) throws ScriptFault {
        return new Worker(
                key, children.spawn(launch), children, settings.times().start(), mark);
    }

    private void giveBack(Worker worker) {
        Worker.Key key = worker.key();
        synchronized (this) {
            boolean current = key.generation() == generations.getOrDefault(key.taskTypeId(), 0);
            if (!closed
                    && current
                    && worker.usable()
                    && worker.served() < settings.limits().subjectsPerWorker()) {
                idle.computeIfAbsent(key.taskTypeId(), id -> new ArrayDeque<>()).push(worker);
                return;
            }
        }
        dismiss(worker);
    }

    /** Ends a task type's idle workers now and its busy ones once they have served their subject. */
    void retire(long taskTypeId) {
        Deque<Worker> retired;
        synchronized (this) {
            generations.merge(taskTypeId, 1, Integer::sum);
            retired = idle.remove(taskTypeId);
        }
        if (retired != null) {
            retired.forEach(this::dismiss);
        }
    }

    private void endIdle() {
        List<Worker> tooLong = new ArrayList<>();
        synchronized (this) {
            for (Deque<Worker> workers : idle.values()) {
                while (!workers.isEmpty()
                        && (!workers.peekLast().usable()
                                || workers.peekLast().idleNanos()
                                        > settings.times().idleWorker().toNanos())) {
                    tooLong.add(workers.removeLast());
                }
            }
        }
        tooLong.forEach(this::dismiss);
    }

    /** Lets a worker end by itself at the end of its input; ends it if it does not. */
    private void dismiss(Worker worker) {
        ChildProcess child = worker.child();
        child.closeInput();
        if (child.hasExited()) {
            return;
        }
        log.debug(
                "task type '{}': a worker is dismissed after {} subjects",
                worker.key().taskTypeName(),
                worker.served());
        long grace = settings.times().grace().toMillis();
        timer.schedule(() -> children.end(child), grace, TimeUnit.MILLISECONDS);
    }

    /** Dismisses every idle worker; those that are busy end with their runs. */
    void close() {
        List<Worker> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            idle.values().forEach(all::addAll);
            idle.clear();
        }
        all.forEach(this::dismiss);
    }
}
