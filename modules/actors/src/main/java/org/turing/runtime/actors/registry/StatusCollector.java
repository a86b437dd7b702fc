package org.turing.runtime.actors.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.gate.Gates;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** Asks every task type and gate where it stands, answers once all have said so or time is up, and ends. */
final class StatusCollector extends AbstractBehavior<StatusCollector.Command> {

    /** Counting an inbox may take a while. */
    private static final Duration TO_COUNT = Duration.ofSeconds(3);

    static final Duration PATIENCE = Duration.ofSeconds(1);

    sealed interface Command {}

    private record TaskTypeSaid(TaskTypeActor.Standing standing) implements Command {}

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

    private final Map<Long, Members.Member> silent = new HashMap<>();
    private final Set<String> silentGates;
    private final Map<String, BreakerStatus> breakers = new TreeMap<>();
    private final List<TaskTypeStatus> taskTypes = new ArrayList<>();
    private final List<GateStatus> gates = new ArrayList<>();
    private final List<String> warnings;
    private final Known known;
    private final ActorRef<TaskTypes.Standings> replyTo;

    static Behavior<Command> create(
            Map<Long, Members.Member> members,
            Set<String> models,
            Gates gates,
            Known known,
            TaskTypes.GetStandings request) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startSingleTimer(new TimeIsUp(), request.counted() ? TO_COUNT : PATIENCE);
            StatusCollector collector = new StatusCollector(context, members, models, gates, known, request);
            return collector.goOn();
        }));
    }

    private StatusCollector(
            ActorContext<Command> context,
            Map<Long, Members.Member> members,
            Set<String> models,
            Gates gates,
            Known known,
            TaskTypes.GetStandings request) {
        super(context);
        this.warnings = new ArrayList<>(known.warnings());
        this.known = known;
        this.replyTo = request.replyTo();
        this.silentGates = new TreeSet<>(models);
        ActorRef<TaskTypeActor.Standing> taskTypeReplies =
                context.messageAdapter(TaskTypeActor.Standing.class, TaskTypeSaid::new);
        ActorRef<GateStatus> gateReplies = context.messageAdapter(GateStatus.class, GateSaid::new);
        members.forEach((id, member) -> {
            if (member.ref() == null) {
                add(member, "it has yet to begin on one of the nodes");
            } else {
                silent.put(id, member);
                member.tell(new TaskTypeActor.GetStatus(request.counted(), taskTypeReplies));
            }
        });
        silentGates.forEach(model -> gates.tell(model, new ModelGate.GetStatus(gateReplies)));
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
        TaskTypeStatus status = said.standing().status();
        if (silent.remove(status.id()) != null) {
            taskTypes.add(status);
            said.standing()
                    .breakers()
                    .forEach(open -> breakers.merge(open.kind() + " " + open.name(), open, StatusCollector::earlier));
        }
        return goOn();
    }

    private Behavior<Command> onGateSaid(GateSaid said) {
        if (silentGates.remove(said.status().model())) {
            gates.add(said.status().withAlarm(known.alarms().get(said.status().model())));
        }
        return goOn();
    }

    /** One of which nothing is heard is there all the same. */
    private void add(Members.Member member, String why) {
        if (member.wanted() != null) {
            TaskType row = member.wanted().taskType();
            taskTypes.add(TaskTypeStatus.unheard(row.id(), row.name(), row.pipeline(), row.requiresModel(), why));
        }
    }

    private Behavior<Command> goOn() {
        return silent.isEmpty() && silentGates.isEmpty() ? answer() : this;
    }

    private Behavior<Command> answer() {
        silent.values().forEach(member -> {
            add(member, "it does not answer now");
            warnings.add("task type '" + member.name() + "' does not answer now");
        });
        silentGates.forEach(model -> warnings.add("the gate of model '" + model + "' does not answer now"));
        taskTypes.sort(Comparator.comparing(TaskTypeStatus::name));
        gates.sort(Comparator.comparing(GateStatus::model));
        taskTypes.forEach(taskType -> warnings.addAll(taskType.warnings()));
        known.alarms().forEach((model, why) -> warnings.add("model '" + model + "' idles while work waits: " + why));
        String waitsFor = known.waitsFor();
        if (waitsFor != null) {
            warnings.add(0, waitsFor);
        }
        replyTo.tell(new TaskTypes.Standings(
                List.copyOf(taskTypes),
                List.copyOf(gates),
                List.copyOf(breakers.values()),
                List.copyOf(warnings),
                waitsFor));
        return Behaviors.stopped();
    }

    /** Nodes find out each for itself that something is out of order. */
    private static BreakerStatus earlier(BreakerStatus one, BreakerStatus other) {
        return other.since().isBefore(one.since()) ? other : one;
    }
}
