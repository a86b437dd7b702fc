package org.turing.runtime.monitoring;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.turing.runtime.ports.view.NodeHealth;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeStatus;

/** A runtime that says what a test tells it to and remembers what it was asked. */
public final class FakeRuntime implements RuntimeControl {

    private final AtomicReference<CompletionStage<RuntimeStatus>> status =
            new AtomicReference<>(CompletableFuture.completedStage(Samples.running()));
    private final AtomicReference<CompletionStage<NodeHealth>> health =
            new AtomicReference<>(CompletableFuture.completedStage(NodeHealth.GOOD));
    private final AtomicReference<CompletionStage<Answer>> answer =
            new AtomicReference<>(CompletableFuture.completedStage(new Answer(true, "done")));
    private final AtomicReference<CompletionStage<RunReport>> report = new AtomicReference<>(
            CompletableFuture.completedStage(new RunReport(true, 71L, "completed", "{\"a\":1}", null, "out", "err")));
    private final AtomicReference<Runnable> onStop = new AtomicReference<>(() -> {});
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger statusQuestions = new AtomicInteger();
    private final AtomicInteger glances = new AtomicInteger();

    public FakeRuntime shows(RuntimeStatus now) {
        status.set(CompletableFuture.completedStage(now));
        return this;
    }

    public FakeRuntime answersStatusWith(CompletionStage<RuntimeStatus> later) {
        status.set(later);
        return this;
    }

    public FakeRuntime isWell(CompletionStage<NodeHealth> later) {
        health.set(later);
        return this;
    }

    public FakeRuntime answersWith(CompletionStage<Answer> later) {
        answer.set(later);
        return this;
    }

    public FakeRuntime onStop(Runnable then) {
        onStop.set(then);
        return this;
    }

    public FakeRuntime reportsWith(CompletionStage<RunReport> later) {
        report.set(later);
        return this;
    }

    /** What it was asked to do, in order. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    public int glances() {
        return glances.get();
    }

    public int statusQuestions() {
        return statusQuestions.get();
    }

    @Override
    public CompletionStage<NodeHealth> health() {
        return health.get();
    }

    @Override
    public CompletionStage<RuntimeStatus> glance() {
        glances.incrementAndGet();
        return status.get();
    }

    @Override
    public CompletionStage<RuntimeStatus> status() {
        statusQuestions.incrementAndGet();
        return status.get();
    }

    @Override
    public void stop(boolean now) {
        asked.add("stop " + now);
        onStop.get().run();
    }

    @Override
    public CompletionStage<Answer> stopAll(boolean now) {
        asked.add("stop all " + now);
        return answer.get();
    }

    @Override
    public CompletionStage<Answer> drain(String node, boolean undo) {
        asked.add((undo ? "undrain " : "drain ") + node);
        return answer.get();
    }

    @Override
    public CompletionStage<Answer> pause(Target target) {
        asked.add("pause " + target);
        return answer.get();
    }

    @Override
    public CompletionStage<Answer> resume(Target target) {
        asked.add("resume " + target);
        return answer.get();
    }

    @Override
    public CompletionStage<Answer> pollNow(String taskType) {
        asked.add("poll " + taskType);
        return answer.get();
    }

    @Override
    public CompletionStage<Answer> cancel(long ticketId) {
        asked.add("cancel " + ticketId);
        return answer.get();
    }

    @Override
    public CompletionStage<RunReport> run(String taskType, String subjectId) {
        asked.add("run " + taskType + " " + subjectId);
        return report.get();
    }
}
