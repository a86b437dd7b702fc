package org.turing.runtime.actors;

import java.time.Duration;
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
        world.threads.execute(() -> run.go(0));
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
        private final List<Claim> batch;
        private final List<CompletableFuture<Outcome>> ended;
        private final ScriptHost.Listener to;

        FakeRun(TaskType taskType, List<Claim> batch, ScriptHost.Listener to) {
            this.taskType = taskType;
            this.batch = List.copyOf(batch);
            this.ended = batch.stream()
                    .map(claim -> new CompletableFuture<Outcome>())
                    .toList();
            this.to = to;
        }

        void go(int at) {
            if (at == batch.size()) {
                clear.complete(null);
                return;
            }
            Claim claim = batch.get(at);
            long from = System.nanoTime();
            if (!ended.get(at).isDone()) {
                to.started(claim);
                world.script
                        .apply(taskType, claim)
                        .whenComplete((outcome, failure) -> ended.get(at)
                                .complete(
                                        failure == null
                                                ? outcome
                                                : new Outcome.Failed(failure.getMessage(), true, null)));
            }
            ended.get(at).thenAccept(outcome -> {
                world.intervals.add(
                        new FakeWorld.Interval(taskType.name(), claim.subject().id(), from, System.nanoTime()));
                to.finished(claim, new ScriptHost.Result(outcome, FinishedRun.RunLog.EMPTY, null));
                go(at + 1);
            });
        }

        @Override
        public CompletionStage<Void> clear() {
            return clear.thenCombine(world.endless, (ended, gone) -> ended);
        }

        @Override
        public void cancel(String reason) {
            batch.forEach(claim -> world.cancelled.add(claim.subject().id()));
            world.onCancel.run();
            if (!world.deafScripts) {
                ended.forEach(end -> end.complete(new Outcome.Cancelled(reason)));
            }
        }
    }
}
