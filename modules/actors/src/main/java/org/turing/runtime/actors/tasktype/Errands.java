package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Command;

/** What a task-type actor sends for and waits for: calls whose answers come back as messages, and timers by name. */
final class Errands {

    /** How long to wait before the database is asked again that could not serve. */
    static final Duration WEATHER_PAUSE = Duration.ofSeconds(1);

    /** Makes a message of a call's answer or failure. */
    interface Answer<T> {
        Command of(@Nullable T answer, @Nullable Throwable failure);
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private boolean over;

    Errands(ActorContext<Command> context, TimerScheduler<Command> timers) {
        this.context = context;
        this.timers = timers;
    }

    <T> void send(CompletionStage<T> call, Answer<T> answer) {
        context.pipeToSelf(call, (value, failure) -> {
            Command command = answer.of(value, PortCalls.cause(failure));
            return over ? new TaskTypeActor.Late(command) : command; // asked when it arrives, by the actor itself
        });
    }

    /** This life of the actor is over: answers still under way come too late, to another life. */
    void end() {
        over = true;
    }

    /** Sends the message after a while; an earlier reminder of that name is forgotten. */
    void remind(Object name, Command message, Duration after) {
        timers.startSingleTimer(name, message, after);
    }

    /** The same, unless a reminder of that name is set already. */
    void remindUnlessSet(Object name, Command message, Duration after) {
        if (!timers.isTimerActive(name)) {
            timers.startSingleTimer(name, message, after);
        }
    }

    boolean isSet(Object name) {
        return timers.isTimerActive(name);
    }

    void cancel(Object name) {
        timers.cancel(name);
    }

    Logger log() {
        return context.getLog();
    }
}
