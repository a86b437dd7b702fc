package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.Objects;
import org.turing.runtime.actors.tasktype.TaskTypeActor.ExamineDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Examined;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.InboxFault;

/**
 * Examines what is registered, again and again while something is wrong with it, and begins to work once nothing is.
 * Owned by one task-type actor.
 */
final class Examining {

    private static final Duration FAULT_PAUSE = Duration.ofSeconds(10);

    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private final RunLimit limit;
    private final InboxWatch inbox;
    private final Intake intake;
    private final Settling settling;
    private final Hosting hosting;

    Examining(Tools tools, InboxWatch inbox, Intake intake, Settling settling, Hosting hosting) {
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.limit = tools.limit();
        this.inbox = inbox;
        this.intake = intake;
        this.settling = settling;
        this.hosting = hosting;
    }

    void begin() {
        if (!duty.fitness().begin()) {
            return; // the answer under way tells whether it is about this registration
        }
        TaskType examined = duty.taskType();
        errands.send(calls.examine(examined), (found, failure) -> new Examined(examined, found, failure));
    }

    /** Returns whether the answer is about the registration of the moment; if not, that one is examined. */
    boolean onExamined(Examined examined) {
        duty.fitness().ended();
        PortCalls.Examination found = examined.found();
        Throwable failure = examined.failure();
        if (!examined.asked().equals(duty.taskType())) {
            begin();
            return false;
        }
        if (found != null) {
            passed(found);
        } else if (failure instanceof DatabaseUnavailable) {
            errands.remind("examine", new ExamineDue(), Errands.WEATHER_PAUSE);
        } else if (failure instanceof InboxFault) {
            faulted(String.valueOf(failure.getMessage()), false);
        } else {
            throw PortCalls.unexpected(Objects.requireNonNull(failure));
        }
        return true;
    }

    private void passed(PortCalls.Examination found) {
        duty.found(found);
        limit.found(found.limit());
        settling.outdated();
        inbox.wake(System.nanoTime());
        judgeScript();
    }

    /** Nothing is claimed while the script can be run nowhere. */
    void judgeScript() {
        String fault = hosting.fault();
        if (fault != null && !duty.fitness().examining() && duty.fitness().shape() != null) {
            faulted(fault, false);
        }
    }

    /**
     * Claims nothing until another examination has shown that what is wrong is mended.
     *
     * @param reading whether it showed when the inbox was read, not when it was examined
     */
    void faulted(String fault, boolean reading) {
        duty.faulted(fault, reading);
        intake.stop();
        errands.remind("examine", new ExamineDue(), FAULT_PAUSE);
    }
}
