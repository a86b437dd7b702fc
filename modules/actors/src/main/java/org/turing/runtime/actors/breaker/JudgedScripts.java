package org.turing.runtime.actors.breaker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost;

/**
 * A script host that tells a failure of the model's server from one of the subject. A script seldom does: it returns
 * that it failed, whatever the reason. If the server accepts no connection after such a run, the run counts as not
 * made; if it does, a script that blames the model is not believed, and its complaint stays its own.
 */
public final class JudgedScripts implements ScriptHost {

    private static final Logger log = LoggerFactory.getLogger(JudgedScripts.class);

    private final ScriptHost scripts;
    private final ModelServers servers;

    /** @param scripts what runs them */
    public JudgedScripts(ScriptHost scripts, ModelServers servers) {
        this.scripts = scripts;
        this.servers = servers;
    }

    @Override
    public ScriptFacts examine(TaskType taskType) throws ScriptFault {
        return scripts.examine(taskType);
    }

    @Override
    public Run run(TaskType taskType, List<Claim> claims, @Nullable String gpu, Duration timeout, Listener listener) {
        if (taskType.requiresModel() == null) {
            return scripts.run(taskType, claims, gpu, timeout, listener);
        }
        Judging judging = new Judging(taskType.requiresModel(), listener);
        return new JudgedRun(scripts.run(taskType, claims, gpu, timeout, judging), judging);
    }

    @Override
    public void retire(long taskTypeId) {
        scripts.retire(taskTypeId);
    }

    @Override
    public void close() {
        scripts.close();
    }

    private record JudgedRun(Run run, Judging judging) implements Run {
        @Override
        public CompletionStage<Void> clear() {
            return run.clear().thenCompose(clear -> judging.over());
        }

        @Override
        public boolean goOnWith(List<Claim> claims, Duration timeout) {
            return run.goOnWith(claims, timeout);
        }

        @Override
        public List<Claim> leaveRest() {
            return run.leaveRest();
        }

        @Override
        public void cancel(String reason) {
            run.cancel(reason);
        }
    }

    private final class Judging implements Listener {
        private final String model;
        private final Listener listener;
        private final ConcurrentLinkedQueue<CompletableFuture<Void>> open = new ConcurrentLinkedQueue<>();

        Judging(String model, Listener listener) {
            this.model = model;
            this.listener = listener;
        }

        @Override
        public void started(Claim claim) {
            listener.started(claim);
        }

        @Override
        public void finished(Claim claim, Result result) {
            if (!result.outcome().mayBeTheModels()) {
                listener.finished(claim, result);
                return;
            }
            open.removeIf(CompletableFuture::isDone);
            open.add(servers.ask(model)
                    .thenAccept(answer -> listener.finished(
                            claim, new Result(judged(result.outcome(), answer), result.log(), result.facts())))
                    .exceptionally(failure -> {
                        log.error("the listener failed on ticket {}", claim.ticketId(), failure);
                        return null;
                    })
                    .toCompletableFuture());
        }

        /** Every result has been told. */
        CompletionStage<Void> over() {
            return CompletableFuture.allOf(open.toArray(CompletableFuture<?>[]::new));
        }
    }

    static Outcome judged(Outcome outcome, ModelServers.Answer answer) {
        if (answer.refuses()) {
            String said = outcome.error();
            return new Outcome.Unrunnable(
                    Environment.MODEL, answer.refusal() + (said == null ? "" : "; the script said: " + said));
        }
        if (answer.known() && outcome instanceof Outcome.Unrunnable broken) {
            return new Outcome.Unrunnable(
                    Environment.OTHER, broken.error() + " (the model's server accepts connections)");
        }
        return outcome;
    }
}
