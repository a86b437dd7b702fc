package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.turing.runtime.actors.tasktype.TaskTypeActor.ExamineDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Examined;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/**
 * Examines what is registered, again and again while something is wrong with it, and begins to work once nothing is.
 * Owned by one task-type actor.
 */
final class Examining {

    private static final Duration FAULT_PAUSE = Duration.ofSeconds(10);

    private final Surroundings around;
    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private final RunLimit limit;
    private final Lanes lanes;
    private final ClaimQueue claims;
    private final InboxWatch inbox;
    private final Intake intake;
    private final Settling settling;
    private boolean reclaimed;

    Examining(Tools tools, Lanes lanes, ClaimQueue claims, InboxWatch inbox, Intake intake, Settling settling) {
        this.around = tools.around();
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.limit = tools.limit();
        this.lanes = lanes;
        this.claims = claims;
        this.inbox = inbox;
        this.intake = intake;
        this.settling = settling;
    }

    void begin() {
        if (!duty.fitness().begin()) {
            return; // the answer under way tells whether it is about this registration
        }
        TaskType examined = duty.taskType();
        CompletionStage<PortCalls.Examination> answer = reclaimed
                ? calls.examine(examined)
                : calls.reclaim(examined.id(), claims.tickets()).thenCompose(n -> calls.examine(examined));
        errands.send(answer, (found, failure) -> new Examined(examined, found, failure));
    }

    /** Returns whether the answer is about the registration of the moment; if not, that one is examined. */
    boolean onExamined(Examined examined) {
        duty.fitness().ended();
        PortCalls.Examination found = examined.found();
        Throwable failure = examined.failure();
        reclaimed |= found != null;
        if (!examined.asked().equals(duty.taskType())) {
            begin();
            return false;
        }
        if (found != null) {
            passed(found);
        } else if (failure instanceof DatabaseUnavailable) {
            errands.remind("examine", new ExamineDue(), Errands.WEATHER_PAUSE);
        } else if (failure instanceof InboxFault || failure instanceof ScriptFault) {
            reclaimed = true;
            faulted(failure, false);
        } else {
            throw PortCalls.unexpected(Objects.requireNonNull(failure));
        }
        return true;
    }

    private void passed(PortCalls.Examination found) {
        duty.found(found);
        limit.found(found.limit());
        settling.outdated();
        Integer most = duty.taskType().scaleLimit();
        int ungated = most != null ? most : around.settings().cores();
        lanes.ungated(duty.needsModel() ? 0 : ungated);
        inbox.wake(System.nanoTime());
    }

    /**
     * Claims nothing until another examination has shown that what is wrong is mended.
     *
     * @param reading whether it showed when the inbox was read, not when it was examined
     */
    void faulted(Throwable fault, boolean reading) {
        duty.faulted(String.valueOf(fault.getMessage()), reading);
        intake.stop();
        errands.remind("examine", new ExamineDue(), FAULT_PAUSE);
    }
}
