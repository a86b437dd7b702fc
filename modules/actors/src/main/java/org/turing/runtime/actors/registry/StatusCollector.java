package org.turing.runtime.actors.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** Asks every task type and gate where it stands, answers once all have said so or time is up, and ends. */
final class StatusCollector extends AbstractBehavior<StatusCollector.Command> {

    /** Counting an inbox may take a while. */
    private static final Duration TO_COUNT = Duration.ofSeconds(3);

    static final Duration PATIENCE = Duration.ofSeconds(1);

    sealed interface Command {}

    private record TaskTypeSaid(TaskTypeStatus status) implements Command {}

    private record GateSaid(GateStatus status) implements Command {}

    private record TimeIsUp() implements Command {}

    private final Map<Long, String> silent = new HashMap<>();
    private final List<TaskTypeStatus> taskTypes = new ArrayList<>();
    private final List<GateStatus> gates = new ArrayList<>();
    private final List<String> warnings;
    private final ActorRef<TaskTypes.Standings> replyTo;
    private int gatesMissing;

    static Behavior<Command> create(
            Map<Long, Members.Member> members,
            List<ActorRef<ModelGate.Command>> gates,
            List<String> warnings,
            TaskTypes.GetStandings request) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startSingleTimer(new TimeIsUp(), request.counted() ? TO_COUNT : PATIENCE);
            StatusCollector collector = new StatusCollector(context, members, gates, warnings, request);
            return collector.goOn();
        }));
    }

    private StatusCollector(
            ActorContext<Command> context,
            Map<Long, Members.Member> members,
            List<ActorRef<ModelGate.Command>> asked,
            List<String> warnings,
            TaskTypes.GetStandings request) {
        super(context);
        this.warnings = new ArrayList<>(warnings);
        this.replyTo = request.replyTo();
        this.gatesMissing = asked.size();
        ActorRef<TaskTypeStatus> taskTypeReplies = context.messageAdapter(TaskTypeStatus.class, TaskTypeSaid::new);
        ActorRef<GateStatus> gateReplies = context.messageAdapter(GateStatus.class, GateSaid::new);
        members.forEach((id, member) -> {
            silent.put(id, member.name());
            member.ref().tell(new TaskTypeActor.GetStatus(request.counted(), taskTypeReplies));
        });
        asked.forEach(gate -> gate.tell(new ModelGate.GetStatus(gateReplies)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(TaskTypeSaid.class, this::onTaskTypeSaid)
                .onMessage(GateSaid.class, this::onGateSaid)
                .onMessage(TimeIsUp.class, m -> answer())
                .build();
    }

    private Behavior<Command> onTaskTypeSaid(TaskTypeSaid said) {
        if (silent.remove(said.status().id()) != null) {
            taskTypes.add(said.status());
        }
        return goOn();
    }

    private Behavior<Command> onGateSaid(GateSaid said) {
        gates.add(said.status());
        gatesMissing--;
        return goOn();
    }

    private Behavior<Command> goOn() {
        return silent.isEmpty() && gatesMissing == 0 ? answer() : this;
    }

    private Behavior<Command> answer() {
        silent.values().forEach(name -> warnings.add("task type '" + name + "' does not answer now"));
        taskTypes.sort(Comparator.comparing(TaskTypeStatus::name));
        gates.sort(Comparator.comparing(GateStatus::model));
        taskTypes.forEach(taskType -> warnings.addAll(taskType.warnings()));
        replyTo.tell(new TaskTypes.Standings(List.copyOf(taskTypes), List.copyOf(gates), List.copyOf(warnings)));
        return Behaviors.stopped();
    }
}
