package org.turing.runtime.actors.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.registry.TaskTypes.Command;
import org.turing.runtime.actors.registry.TaskTypes.Identified;
import org.turing.runtime.actors.registry.TaskTypes.Identify;
import org.turing.runtime.actors.registry.TaskTypes.Poll;
import org.turing.runtime.actors.registry.TaskTypes.RunByHand;
import org.turing.runtime.actors.registry.TaskTypes.Steer;
import org.turing.runtime.actors.registry.TaskTypes.Steered;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;

/**
 * What people ask of task types and gates, with what came too early to be answered. Owned by the registry, which tells
 * it what is registered as far as that is known.
 */
final class Requests {

    private static final String MOVES = "the registry moves to another node: ask again";

    private final ActorContext<Command> context;
    private final Selection selection;
    private final Members members;
    private final GateSeats gates;
    private final Pauses pauses;
    private final ClusterSeat seat;
    private final List<Command> early = new ArrayList<>();

    Requests(
            ActorContext<Command> context,
            Selection selection,
            Members members,
            GateSeats gates,
            Pauses pauses,
            ClusterSeat seat) {
        this.context = context;
        this.selection = selection;
        this.members = members;
        this.gates = gates;
        this.pauses = pauses;
        this.seat = seat;
    }

    /** What came too early to be answered is asked once more. */
    void askAgain() {
        early.forEach(context.getSelf()::tell);
        early.clear();
    }

    /** Who asked too early asks the next registry. */
    void sendOn() {
        early.forEach(question -> {
            if (question instanceof Identify identify) {
                identify.replyTo().tell(new Identified(null));
            } else if (question instanceof RunByHand run) {
                run.replyTo().tell(RunReport.notRun(MOVES));
            } else if (question instanceof Steer steer) {
                steer.replyTo().tell(new Answer(false, MOVES));
            }
        });
    }

    void identify(Identify request, Registry.@Nullable Contents registry) {
        if (seat.waitsFor() != null) {
            request.replyTo().tell(new Identified(null)); // whoever works on the schema knows
        } else if (registry != null) {
            request.replyTo().tell(new Identified(Names.unknown(request.target(), registry)));
        } else {
            early.add(request);
        }
    }

    void steer(Steer steer, Registry.@Nullable Contents registry) {
        String waitsFor = seat.waitsFor();
        if (waitsFor != null) {
            steer.replyTo().tell(new Answer(false, waitsFor + " (ask it there)"));
        } else if (registry == null) {
            early.add(steer);
        } else if (steer.target() instanceof Target.OneModel one) {
            boolean known = gates.isKnown(one.model());
            if (known) {
                gates.tell(one.model(), steer.pause() ? new ModelGate.Pause() : new ModelGate.Resume());
            }
            answer(steer, known);
        } else if (steer.target() instanceof Target.OneTaskType one) {
            Set<Long> named = chosen(registry, taskType -> Names.are(taskType, one.taskType()));
            if (named.isEmpty()) {
                answer(steer, false);
            } else {
                pauses.write(steer, named);
            }
        } else {
            pauses.write(steer, chosen(registry, taskType -> true));
        }
    }

    /** The ids of those that this runtime is there for, enabled or not. */
    private Set<Long> chosen(Registry.Contents registry, Predicate<TaskType> which) {
        return registry.taskTypes().stream()
                .filter(which.and(selection::chosen))
                .map(TaskType::id)
                .collect(Collectors.toSet());
    }

    void onSteered(Steered steered) {
        pauses.onSteered();
        Throwable failure = steered.failure();
        if (failure == null) {
            members.steer(steered.taskTypes(), steered.steer().pause());
            answer(steered.steer(), true);
        } else {
            String why = failure instanceof DatabaseUnavailable ? failure.getMessage() : String.valueOf(failure);
            steered.steer()
                    .replyTo()
                    .tell(new Answer(
                            false,
                            "that can't be written to the database now, so nothing is changed: " + why
                                    + ". Try again when it is there"));
        }
    }

    private static void answer(Steer steer, boolean found) {
        String what = steer.target().inWords();
        String done = steer.pause() ? "paused " : "resumed ";
        steer.replyTo().tell(new Answer(found, found ? done + what : notHere(what)));
    }

    private static String notHere(String what) {
        return what + " does not run here (see: turing status)";
    }

    void poll(Poll poll) {
        Optional<Long> found = members.find(poll.taskType());
        found.ifPresent(id -> members.tell(id, new TaskTypeActor.PollNow()));
        String what = "task type '" + poll.taskType() + "'";
        poll.replyTo().tell(new Answer(found.isPresent(), found.isPresent() ? what + " looks now" : notHere(what)));
    }

    void run(RunByHand request, Registry.@Nullable Contents registry) {
        String waitsFor = seat.waitsFor();
        if (waitsFor != null) {
            request.replyTo().tell(RunReport.notRun(waitsFor + " (ask it there: turing run)"));
            return;
        }
        Optional<Long> found = members.find(request.taskType());
        ActorRef<TaskTypeActor.Command> taskType = found.map(members::where).orElse(null);
        if (taskType != null) {
            context.spawnAnonymous(HandRun.of(request.subjectId(), taskType, request.replyTo()));
        } else if (registry == null || found.isPresent()) {
            early.add(request);
        } else {
            request.replyTo().tell(RunReport.notRun(notHere("task type '" + request.taskType() + "'")));
        }
    }
}
