package org.turing.runtime.actors.registry;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;

/**
 * A subject that a person asked for, on its way through a task type: whoever waits hears of it even if the task type's
 * node dies or the registry moves meanwhile.
 */
final class HandRun extends AbstractBehavior<RunReport> {

    private final ActorRef<RunReport> replyTo;
    private boolean answered;

    /** Asks that task type, and ends once it is answered for. */
    static Behavior<RunReport> of(
            String subjectId, ActorRef<TaskTypeActor.Command> taskType, ActorRef<RunReport> replyTo) {
        return Behaviors.setup(context -> {
            context.watch(taskType);
            taskType.tell(new TaskTypeActor.RunByHand(subjectId, context.getSelf()));
            return new HandRun(context, replyTo);
        });
    }

    private HandRun(ActorContext<RunReport> context, ActorRef<RunReport> replyTo) {
        super(context);
        this.replyTo = replyTo;
    }

    @Override
    public Receive<RunReport> createReceive() {
        return newReceiveBuilder()
                .onMessage(RunReport.class, this::answer)
                .onSignal(Terminated.class, s -> answer(lost("the task type's actor ended")))
                .onSignal(PostStop.class, s -> answer(lost("the registry moves to another node")))
                .build();
    }

    private static RunReport lost(String why) {
        return RunReport.notRun(why + " before the end of this was known. What became of it: turing tickets");
    }

    private Behavior<RunReport> answer(RunReport report) {
        if (!answered) {
            answered = true;
            replyTo.tell(report);
        }
        return Behaviors.stopped();
    }
}
