package org.turing.runtime.monitoring.jmx;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.UnknownName;

/** What beans read from and act through. Operations block their JMX thread for so long as they are told. */
final class BeanSource {

    private static final Logger LOG = LoggerFactory.getLogger(BeanSource.class);

    private final RuntimeControl control;
    private final LatestStatus latest;
    private final Duration patience;

    /** @param patience how long an operation waits for its answer */
    BeanSource(RuntimeControl control, LatestStatus latest, Duration patience) {
        this.control = control;
        this.latest = latest;
        this.patience = patience;
    }

    RuntimeControl control() {
        return control;
    }

    LatestStatus.Reading reading() {
        return latest.read();
    }

    RuntimeStatus status() {
        return latest.read().status();
    }

    TaskTypeStatus taskType(String name) {
        Optional<TaskTypeStatus> found = status().taskTypes().stream()
                .filter(one -> one.name().equals(name))
                .findFirst();
        return found.orElseThrow(
                () -> new IllegalStateException("task type '" + name + "' is gone: the registry has no such row"));
    }

    GateStatus gate(String model) {
        Optional<GateStatus> found = status().gates().stream()
                .filter(one -> one.model().equals(model))
                .findFirst();
        return found.orElseThrow(
                () -> new IllegalStateException("the gate of model '" + model + "' is gone: no task type needs it"));
    }

    /**
     * Waits for the answer.
     *
     * @param what what was asked, for people
     * @return what was done
     * @throws IllegalStateException if it was not done or no answer came
     */
    String done(String what, CompletionStage<Answer> asked) {
        Answer answer = awaited(what, asked);
        LOG.info("JMX: {}: {}{}", what, answer.done() ? "" : "not done: ", answer.message());
        if (!answer.done()) {
            throw new IllegalStateException(what + ": not done: " + answer.message());
        }
        return answer.message();
    }

    private Answer awaited(String what, CompletionStage<Answer> asked) {
        try {
            return asked.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    what + ": the runtime did not answer within " + patience.toMillis()
                            + " ms and may still do it. Fix: look at the state; if it stays so, at the runtime's log",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownName) {
                throw new IllegalStateException(
                        what + ": not done: " + e.getCause().getMessage());
            }
            // the cause stays in the log: a JMX client need not have its class
            LOG.warn("JMX: {} failed", what, e.getCause());
            throw new IllegalStateException(what + " failed: " + e.getCause() + ". The runtime's log has the details");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(what + ": interrupted while waiting for the runtime's answer", e);
        }
    }
}
