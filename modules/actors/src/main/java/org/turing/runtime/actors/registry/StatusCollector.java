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
import org.jspecify.annotations.Nullable;
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

    /**
     * What the registry knows without asking.
     *
     * @param alarms why models idle, for those that do
     * @param waitsFor who works on the schema while this cluster stands by, or null
     */
    record Known(
            List<String> warnings,
            Map<String, String> alarms,
            @Nullable String waitsFor) {}

    private final Map<Long, String> silent = new HashMap<>();
    private final List<TaskTypeStatus> taskTypes = new ArrayList<>();
    private final List<GateStatus> gates = new ArrayList<>();
    private final List<String> warnings;
    private final Known known;
    private final ActorRef<TaskTypes.Standings> replyTo;
    private int gatesMissing;

    static Behavior<Command> create(
            Map<Long, Members.Member> members,
            List<ActorRef<ModelGate.Command>> gates,
            Known known,
            TaskTypes.GetStandings request) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startSingleTimer(new TimeIsUp(), request.counted() ? TO_COUNT : PATIENCE);
            StatusCollector collector = new StatusCollector(context, members, gates, known, request);
            return collector.goOn();
        }));
    }

    private StatusCollector(
            ActorContext<Command> context,
            Map<Long, Members.Member> members,
            List<ActorRef<ModelGate.Command>> asked,
            Known known,
            TaskTypes.GetStandings request) {
        super(context);
        this.warnings = new ArrayList<>(known.warnings());
        this.known = known;
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
        gates.add(said.status().withAlarm(known.alarms().get(said.status().model())));
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
        known.alarms().forEach((model, why) -> warnings.add("model '" + model + "' idles while work waits: " + why));
        String waitsFor = known.waitsFor();
        if (waitsFor != null) {
            warnings.add(0, waitsFor);
        }
        replyTo.tell(
                new TaskTypes.Standings(List.copyOf(taskTypes), List.copyOf(gates), List.copyOf(warnings), waitsFor));
        return Behaviors.stopped();
    }
}
