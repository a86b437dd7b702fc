package org.turing.runtime.scripts;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.scripts.ScriptSettings.DatabaseAccess;

/**
 * Runs scripts on this machine. Every run has a thread of the host's own, which may block; every child leads a process
 * group of its own under one supervisor process, which is started with the first child. Whatever becomes of this JVM,
 * its children end: at once when it dies, within the heartbeat limit when it is frozen.
 */
public final class LocalScriptHost implements ScriptHost {

    private static final Logger log = LoggerFactory.getLogger(LocalScriptHost.class);
    private static final Duration BEYOND_GRACE = Duration.ofSeconds(5);

    /** How long a run that goes on takes a script file for what it was. */
    private static final Duration A_SCRIPT_STANDS_FOR = Duration.ofMillis(100);

    private final ScriptSettings settings;
    private final WorkFolder folder;
    private final LaneThreads threads = new LaneThreads();
    private final ScriptFiles files;
    private final Supervisor supervisor;
    private final ProcessPerSubject perSubject;
    private final WorkerPool workers;
    private final BulkRun bulk;
    private final JavaSteps steps;
    private final Set<LaneRun> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private LocalScriptHost(ScriptSettings settings, WorkFolder folder) throws IOException {
        this.settings = settings;
        this.folder = folder;
        Map<String, String> common = ChildEnvironment.common(settings, folder.pythonLibrary(), System.getenv());
        Interpreter python = new Interpreter(settings.python(), settings.scriptsFolder(), common);
        this.files = new ScriptFiles(settings.scriptsFolder(), settings.drift(), python, common);
        this.supervisor = new Supervisor(settings, python, common, folder, threads);
        ChildRun children = new ChildRun(settings, supervisor, threads, folder.path());
        this.perSubject = new ProcessPerSubject(children);
        this.workers = new WorkerPool(settings, children, folder.program("turing_worker.py"), threads.timer());
        this.bulk = new BulkRun(children);
        this.steps = new JavaSteps(settings.times().grace(), folder.path(), threads.timer());
    }

    /**
     * Makes a host; starts nothing until there is something to run.
     *
     * @throws IOException if the work folder can't be used
     */
    public static LocalScriptHost create(ScriptSettings settings) throws IOException {
        WorkFolder folder = WorkFolder.create(settings.workFolder());
        try {
            return new LocalScriptHost(settings, folder);
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    @Override
    public ScriptFacts examine(TaskType taskType) throws ScriptFault {
        ScriptFile script = files.find(taskType);
        if (script.executionType() == ExecutionType.JAVA) {
            steps.examine(taskType, script);
        }
        return facts(taskType, script);
    }

    private ScriptFacts facts(TaskType taskType, ScriptFile script) {
        boolean databaseAccess = databaseFor(taskType, script) != null;
        return new ScriptFacts(script.executionType(), script.hash(), databaseAccess, script.warning());
    }

    @Override
    public Run run(TaskType taskType, List<Claim> claims, @Nullable String gpu, Duration timeout, Listener listener) {
        LaneRun lane = new LaneRun(taskType, claims, gpu, timeout, listener, threads.timer());
        underWay.add(lane);
        if (closed) {
            lane.cancel("the runtime is stopping");
        }
        try {
            threads.start(() -> execute(lane));
        } catch (RejectedExecutionException e) {
            end(lane); // this host is closed
        } catch (OutOfMemoryError e) {
            broke(lane, e); // no memory for a thread
            end(lane);
        }
        return lane;
    }

    private void execute(LaneRun lane) {
        try {
            ScriptFile script = files.find(lane.taskType());
            lane.found(facts(lane.taskType(), script));
            if (script.executionType() == ExecutionType.BULK) {
                List<Claim> batch = lane.all();
                if (!batch.isEmpty()) {
                    bulk.run(lane, script, batch, ofOneLane(lane, environment(lane.taskType(), script, null)));
                }
            } else {
                executeOneByOne(lane, script);
            }
        } catch (ScriptFault e) {
            lane.broke(new Outcome.Unrunnable(Environment.SCRIPT, e.getMessage()));
        } catch (RuntimeException | Error e) {
            broke(lane, e);
        } finally {
            end(lane);
        }
    }

    /** A run may go on for as long as there is work: a script that is changed meanwhile is seen soon. */
    private void executeOneByOne(LaneRun lane, ScriptFile first) throws ScriptFault {
        ScriptFile script = first;
        long foundAt = System.nanoTime();
        for (Claim claim = lane.next(); claim != null; claim = lane.next()) {
            if (System.nanoTime() - foundAt > A_SCRIPT_STANDS_FOR.toNanos()) {
                script = files.find(lane.taskType());
                lane.found(facts(lane.taskType(), script));
                foundAt = System.nanoTime();
                if (script.executionType() == ExecutionType.BULK) {
                    lane.leave(claim);
                    return;
                }
            }
            execute(lane, script, claim);
        }
    }

    private static void broke(LaneRun lane, Throwable e) {
        log.error(
                "task type '{}': a run failed in the script host",
                lane.taskType().name(),
                e);
        lane.broke(blame(e));
    }

    /** A subject may bring an exception or endless recursion about, but not that this JVM lacks memory or classes. */
    private static Outcome blame(Throwable e) {
        if (e instanceof HostFault) {
            return new Outcome.Unrunnable(Environment.OTHER, e.getMessage());
        }
        if (e instanceof OutOfMemoryError) {
            String error = "the runtime has run out of memory: " + e.getMessage()
                    + ". Fix: give it more (-Xmx), or lower scale_limit";
            return new Outcome.Unrunnable(Environment.OTHER, error);
        }
        String error = "the script host failed: " + e;
        return e instanceof Error && !(e instanceof StackOverflowError)
                ? new Outcome.Unrunnable(Environment.OTHER, error)
                : new Outcome.Failed(error, true, null);
    }

    private void end(LaneRun lane) {
        Outcome cancelled = lane.notEndable();
        Outcome rest = cancelled != null ? cancelled : new Outcome.Cancelled("the run ended without a result");
        lane.finishRest(rest, RunLog.EMPTY);
        underWay.remove(lane);
        lane.cleared();
    }

    private void execute(LaneRun lane, ScriptFile script, Claim claim) throws ScriptFault {
        switch (script.executionType()) {
            case SCRIPT ->
                perSubject.run(lane, script, claim, ofOneLane(lane, environment(lane.taskType(), script, claim)));
            case WORKER, THICK -> workers.run(lane, script, claim, environment(lane.taskType(), script, null));
            case JAVA -> steps.run(lane, script, claim);
            default -> throw new IllegalStateException("no way to run " + script.executionType());
        }
    }

    private Map<String, String> environment(TaskType taskType, ScriptFile script, @Nullable Claim claim) {
        Map<String, String> environment = new LinkedHashMap<>(ChildEnvironment.of(taskType));
        if (claim != null) {
            environment.putAll(ChildEnvironment.of(claim));
        }
        DatabaseAccess database = databaseFor(taskType, script);
        if (database != null) {
            environment.putAll(ChildEnvironment.of(database, applicationName(taskType, claim)));
        }
        return environment;
    }

    /** A process that serves one lane finds the card in its environment too; a warm worker serves lanes of any card. */
    private static Map<String, String> ofOneLane(LaneRun lane, Map<String, String> environment) {
        String gpu = lane.gpu();
        if (gpu != null) {
            environment.put("TURING_GPU", gpu);
        }
        return environment;
    }

    /** A session that names its ticket can be ended by whoever rescues that. */
    private static String applicationName(TaskType taskType, @Nullable Claim claim) {
        return claim == null ? "turing task " + taskType.name() : "turing ticket " + claim.ticketId();
    }

    private @Nullable DatabaseAccess databaseFor(TaskType taskType, ScriptFile script) {
        Boolean said = taskType.databaseAccess();
        boolean on = said == null ? script.executionType() == ExecutionType.THICK : said;
        return on ? settings.database() : null;
    }

    @Override
    public void retire(long taskTypeId) {
        workers.retire(taskTypeId);
        steps.retire(taskTypeId);
    }

    /** The supervisor program's process id, or null while none runs. */
    @Nullable
    Long supervisorPid() {
        return supervisor.pid();
    }

    /** How many children are not seen to be gone, warm workers included. */
    int childCount() {
        return supervisor.children().size();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        underWay.forEach(lane -> lane.cancel("the runtime is stopping"));
        workers.close();
        awaitChildren(settings.times().grace().multipliedBy(2).plus(BEYOND_GRACE));
        supervisor.close();
        steps.close();
        threads.close();
        folder.close();
    }

    private void awaitChildren(Duration patience) {
        CompletableFuture<?>[] gone =
                supervisor.children().stream().map(ChildProcess::gone).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(gone).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("some children are still there after {}: the supervisor kills them", patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for children never fails", e);
        }
    }
}
