package org.turing.runtime.actors;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

/** The scripts of a {@link FakeWorld}: each run answers as {@link FakeWorld#script} says, on a thread of its own. */
final class FakeScripts implements ScriptHost {
    private final FakeWorld world;
    /** What the script is on this machine: null where it is missing. */
    volatile @Nullable String hash = "0".repeat(64);

    /** On which card the latest run was said to be. */
    volatile @Nullable String gpu;

    FakeScripts(FakeWorld world) {
        this.world = world;
    }

    @Override
    public ScriptFacts examine(TaskType taskType) throws ScriptFault {
        String here = hash;
        if (here == null || taskType.scriptPath().contains("missing")) {
            throw new ScriptFault("task type '" + taskType.name() + "': its script is missing");
        }
        return new ScriptFacts(taskType.executionType(), here, false, null);
    }

    @Override
    public Run run(TaskType taskType, List<Claim> batch, @Nullable String gpu, Duration timeout, Listener to) {
        this.gpu = gpu;
        FakeRun run = new FakeRun(taskType, batch, to);
        world.threads.execute(run::go);
        return run;
    }

    @Override
    public void retire(long taskTypeId) {
        // warm workers are not part of this world
    }

    @Override
    public void close() {
        // nothing is left running
    }

    /** One subject after the other, as on a lane. */
    private final class FakeRun implements ScriptHost.Run {
        private final CompletableFuture<Void> clear = new CompletableFuture<>();
        private final TaskType taskType;
        private final Deque<Claim> waiting;
        private final ScriptHost.Listener to;
        private @Nullable String cancelled;
        private @Nullable Claim current;
        private boolean hopeless;
        private boolean over;
        private CompletableFuture<Outcome> ended = new CompletableFuture<>();

        FakeRun(TaskType taskType, List<Claim> batch, ScriptHost.Listener to) {
            this.taskType = taskType;
            this.waiting = new ArrayDeque<>(batch);
            this.to = to;
        }

        void go() {
            CompletableFuture<Outcome> end = new CompletableFuture<>();
            Claim claim;
            synchronized (this) {
                claim = hopeless ? null : waiting.poll();
                current = claim;
                over |= claim == null;
                ended = end;
                if (cancelled != null) {
                    end.complete(new Outcome.Cancelled(cancelled));
                }
            }
            if (claim == null) {
                clear.complete(null);
                return;
            }
            long from = System.nanoTime();
            if (!end.isDone()) {
                to.started(claim);
                world.script
                        .apply(taskType, claim)
                        .whenComplete((outcome, failure) -> end.complete(
                                failure == null ? outcome : new Outcome.Failed(failure.getMessage(), true, null)));
            }
            end.thenAccept(outcome -> {
                world.intervals.add(
                        new FakeWorld.Interval(taskType.name(), claim.subject().id(), from, System.nanoTime()));
                synchronized (this) {
                    hopeless = outcome instanceof Outcome.Unrunnable;
                }
                to.finished(claim, new ScriptHost.Result(outcome, FinishedRun.RunLog.EMPTY, null));
                go();
            });
        }

        @Override
        public CompletionStage<Void> clear() {
            return clear.thenCombine(world.endless, (ended, gone) -> ended);
        }

        @Override
        public synchronized boolean goOnWith(List<Claim> claims, Duration timeout) {
            boolean goesOn = !over && !hopeless && cancelled == null;
            if (goesOn) {
                waiting.addAll(claims);
            }
            return goesOn;
        }

        @Override
        public synchronized List<Claim> leaveRest() {
            List<Claim> rest = List.copyOf(waiting);
            waiting.clear();
            return rest;
        }

        @Override
        public void cancel(String reason) {
            CompletableFuture<Outcome> end;
            synchronized (this) {
                if (current != null) {
                    world.cancelled.add(current.subject().id());
                }
                waiting.forEach(claim -> world.cancelled.add(claim.subject().id()));
                end = ended;
                cancelled = world.deafScripts ? null : reason;
            }
            world.onCancel.run();
            if (!world.deafScripts) {
                end.complete(new Outcome.Cancelled(reason));
            }
        }
    }
}
