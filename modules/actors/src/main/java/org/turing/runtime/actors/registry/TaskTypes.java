package org.turing.runtime.actors.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeCounters;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.upkeep.WaitingElsewhere;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * Keeps one supervised actor per task type that runs here and one gate per model that they need, in step with the
 * registry: read at the start, when PostgreSQL says that it changed, and every now and then in case it could not say
 * so.
 */
public final class TaskTypes extends AbstractBehavior<TaskTypes.Command> {

    private static final Duration RESTART_SOON = Duration.ofMillis(200);
    private static final Duration RESTART_LATE = Duration.ofSeconds(30);

    /** What the registry actor is told and asked. */
    public sealed interface Command {}

    /**
     * Where every task type and gate stands.
     *
     * @param counted whether inboxes are counted
     */
    public record GetStandings(boolean counted, ActorRef<Standings> replyTo) implements Command {}

    /** Pauses or resumes a part. */
    public record Steer(Target target, boolean pause, ActorRef<Answer> replyTo) implements Command {}

    /** Lets a task type look at its inbox now. */
    public record Poll(String taskType, ActorRef<Answer> replyTo) implements Command {}

    /** Lets a task type look at its inbox now, by id. */
    public record PollById(long taskTypeId) implements Command {}

    /** Runs one subject by hand. */
    public record RunByHand(String taskType, String subjectId, ActorRef<RunReport> replyTo) implements Command {}

    /** Retires every task type; answers when all are gone. */
    public record Drain(ActorRef<Drained> replyTo) implements Command {}

    /** What was counted so far. */
    public record GetSummary(ActorRef<RunSummary> replyTo) implements Command {}

    private record ReadDue() implements Command {}

    private record Read(
            Registry.@Nullable Contents contents, @Nullable Throwable failure) implements Command {}

    private record Heard(Noticed noticed) implements Command {}

    /** This runtime's lease was taken or lost. */
    public record LeaseChanged(LeaseState state) implements Command {}

    private record Gone(long taskTypeId) implements Command {}

    /** Every task type is retired. */
    public record Drained() {}

    /**
     * @param taskTypes by name
     * @param gates by model
     * @param warnings what people should look at
     */
    public record Standings(List<TaskTypeStatus> taskTypes, List<GateStatus> gates, List<String> warnings) {}

    /** A task-type actor that lives. */
    record Member(
            String name,
            ActorRef<TaskTypeActor.Command> ref,
            AtomicReference<TaskTypeActor.Reconfigure> registration,
            AtomicBoolean isPaused) {

        void steer(boolean pause) {
            isPaused.set(pause);
            ref.tell(pause ? new TaskTypeActor.Pause() : new TaskTypeActor.Resume());
        }
    }

    private final Surroundings around;
    private final ActorRef<WaitingElsewhere.Command> elsewhere;
    private final TimerScheduler<Command> timers;
    private final Blocking database;
    private final Selection selection;
    private final Map<Long, Member> members = new TreeMap<>();
    private final Map<Long, TaskTypeCounters> counters = new HashMap<>();
    private final Map<String, ActorRef<ModelGate.Command>> gates = new TreeMap<>();
    private final Set<String> paused = new HashSet<>();
    private List<String> warnings = List.of();
    private List<RunByHand> early = new ArrayList<>();
    private boolean pausedAll;
    private boolean started;
    private boolean reading;
    private boolean readAgain;
    private boolean registryKnown;
    private @Nullable ActorRef<Drained> drainer;
    private long spawned;

    public static Behavior<Command> create(Surroundings around, ActorRef<WaitingElsewhere.Command> elsewhere) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new TaskTypes(context, timers, around, elsewhere)));
    }

    private TaskTypes(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Surroundings around,
            ActorRef<WaitingElsewhere.Command> elsewhere) {
        super(context);
        this.around = around;
        this.elsewhere = elsewhere;
        this.timers = timers;
        this.database = Blocking.database(context.getSystem());
        this.selection = new Selection(around.settings());
        ActorRef<EventStream.Command> events = context.getSystem().eventStream();
        events.tell(new EventStream.Subscribe<>(Noticed.class, context.messageAdapter(Noticed.class, Heard::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(GetStandings.class, this::onGetStandings)
                .onMessage(Steer.class, this::onSteer)
                .onMessage(Poll.class, this::onPoll)
                .onMessage(PollById.class, this::onPollById)
                .onMessage(RunByHand.class, this::onRunByHand)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(GetSummary.class, this::onGetSummary)
                .onMessage(ReadDue.class, m -> read())
                .onMessage(Read.class, this::onRead)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(LeaseChanged.class, this::onLeaseChanged)
                .onMessage(Gone.class, this::onGone)
                .build();
    }

    // ---------------------------------------------------------------- in step with the registry

    private Behavior<Command> onLeaseChanged(LeaseChanged changed) {
        if (!started && changed.state() instanceof LeaseState.Held) {
            started = true;
            return read();
        }
        return this;
    }

    private Behavior<Command> onHeard(Heard heard) {
        Notice notice = heard.noticed().notice();
        boolean concerned = notice instanceof Notice.RegistryChanged || notice instanceof Notice.Listening;
        return concerned && started ? read() : this;
    }

    private Behavior<Command> read() {
        if (drainer != null) {
            return this;
        }
        if (reading) {
            readAgain = true;
            return this;
        }
        reading = true;
        readAgain = false;
        getContext().pipeToSelf(database.call(around.ports().registry()::read), Read::new);
        return this;
    }

    private Behavior<Command> onRead(Read read) {
        reading = false;
        Registry.Contents contents = read.contents();
        if (drainer != null) {
            return this;
        }
        if (contents == null) {
            getContext().getLog().warn("the registry can't be read now: {}", String.valueOf(read.failure()));
        } else {
            follow(contents);
        }
        timers.startSingleTimer("read", new ReadDue(), around.settings().registryPoll());
        return readAgain ? read() : this;
    }

    private void follow(Registry.Contents contents) {
        Map<String, Model> models = contents.models().stream().collect(Collectors.toMap(Model::name, model -> model));
        List<TaskType> chosen =
                contents.taskTypes().stream().filter(selection::runs).toList();
        Set<Long> wanted = chosen.stream().map(TaskType::id).collect(Collectors.toSet());
        elsewhere.tell(new WaitingElsewhere.Others(contents.taskTypes().stream()
                .filter(t -> t.enabled() && !selection.chosen(t))
                .toList()));
        around.rest().tell(new RestObserver.Expect(wanted));
        members.forEach((id, member) -> {
            if (!wanted.contains(id)) {
                member.ref().tell(new TaskTypeActor.Retire());
            }
        });
        gates.forEach((model, gate) -> gate.tell(new ModelGate.Configure(slotsOf(models, model))));
        chosen.forEach(taskType -> follow(taskType, models));
        registryKnown = true;
        warn(contents);
        List<RunByHand> waited = early;
        early = new ArrayList<>();
        waited.forEach(this::onRunByHand);
    }

    private void warn(Registry.Contents contents) {
        List<String> now = new ArrayList<>(selection.unmet(contents.taskTypes()));
        contents.problems().forEach(problem -> now.add(problem.message()));
        now.stream()
                .filter(line -> !warnings.contains(line))
                .forEach(line -> getContext().getLog().warn("{}", line));
        warnings = now;
    }

    private void follow(TaskType taskType, Map<String, Model> models) {
        String model = taskType.requiresModel();
        ActorRef<ModelGate.Command> gate =
                model == null ? null : gates.computeIfAbsent(model, name -> spawnGate(name, slotsOf(models, name)));
        TaskTypeActor.Reconfigure registration = new TaskTypeActor.Reconfigure(taskType, gate);
        Member member = members.get(taskType.id());
        if (member == null) {
            spawn(taskType, registration);
            return;
        }
        member.registration().set(registration);
        member.ref().tell(registration);
    }

    private void spawn(TaskType taskType, TaskTypeActor.Reconfigure registration) {
        AtomicReference<TaskTypeActor.Reconfigure> latest = new AtomicReference<>(registration);
        AtomicBoolean isPaused = new AtomicBoolean(pausedAll || paused.contains(taskType.name()));
        TaskTypeCounters counted = counters.computeIfAbsent(taskType.id(), id -> new TaskTypeCounters());
        Behavior<TaskTypeActor.Command> supervised = Behaviors.supervise(
                        TaskTypeActor.create(around, latest::get, isPaused::get, counted))
                .onFailure(SupervisorStrategy.restartWithBackoff(RESTART_SOON, RESTART_LATE, 0.2));
        ActorRef<TaskTypeActor.Command> ref =
                getContext().spawn(supervised, "task-type-" + taskType.id() + "-" + spawned++);
        getContext().watchWith(ref, new Gone(taskType.id()));
        members.put(taskType.id(), new Member(taskType.name(), ref, latest, isPaused));
    }

    private ActorRef<ModelGate.Command> spawnGate(String model, int slots) {
        Behavior<ModelGate.Command> gate = Behaviors.supervise(ModelGate.create(
                        model,
                        slots,
                        around.settings().quantum(),
                        around.ports().clock(),
                        around.workers()))
                .onFailure(SupervisorStrategy.resume());
        return getContext().spawn(gate, "gate-" + gates.size() + "-" + model.replaceAll("[^A-Za-z0-9_.-]", "_"));
    }

    private static int slotsOf(Map<String, Model> models, String model) {
        return models.getOrDefault(model, Model.withoutRow(model)).slots();
    }

    private Behavior<Command> onGone(Gone gone) {
        members.remove(gone.taskTypeId());
        return drainer != null ? reportDrained() : read();
    }

    // ---------------------------------------------------------------- what people ask

    private Behavior<Command> onGetStandings(GetStandings request) {
        getContext()
                .spawnAnonymous(
                        StatusCollector.create(Map.copyOf(members), List.copyOf(gates.values()), warnings, request));
        return this;
    }

    private Behavior<Command> onSteer(Steer steer) {
        if (steer.target() instanceof Target.All) {
            pausedAll = steer.pause();
            paused.clear();
            members.values().forEach(member -> member.steer(steer.pause()));
            answer(steer, true, "all task types");
        } else if (steer.target() instanceof Target.OneTaskType one) {
            Optional<Member> member = find(one.taskType());
            member.ifPresent(found -> {
                remember(found.name(), steer.pause());
                found.steer(steer.pause());
            });
            answer(steer, member.isPresent(), "task type '" + one.taskType() + "'");
        } else if (steer.target() instanceof Target.OneModel one) {
            ActorRef<ModelGate.Command> gate = gates.get(one.model());
            if (gate != null) {
                gate.tell(steer.pause() ? new ModelGate.Pause() : new ModelGate.Resume());
            }
            answer(steer, gate != null, "the gate of model '" + one.model() + "'");
        }
        return this;
    }

    private void remember(String name, boolean pause) {
        if (pause) {
            paused.add(name);
        } else {
            paused.remove(name);
        }
    }

    private static void answer(Steer steer, boolean found, String what) {
        String done = steer.pause() ? "paused " : "resumed ";
        steer.replyTo().tell(new Answer(found, found ? done + what : notHere(what)));
    }

    private static String notHere(String what) {
        return what + " does not run here (see: turing status)";
    }

    private Behavior<Command> onPoll(Poll poll) {
        Optional<Member> member = find(poll.taskType());
        member.ifPresent(found -> found.ref().tell(new TaskTypeActor.PollNow()));
        String what = "task type '" + poll.taskType() + "'";
        poll.replyTo().tell(new Answer(member.isPresent(), member.isPresent() ? what + " looks now" : notHere(what)));
        return this;
    }

    private Behavior<Command> onPollById(PollById poll) {
        Member member = members.get(poll.taskTypeId());
        if (member != null) {
            member.ref().tell(new TaskTypeActor.PollNow());
        }
        return this;
    }

    private Behavior<Command> onRunByHand(RunByHand request) {
        if (!registryKnown) {
            early.add(request);
            return this;
        }
        Optional<Member> member = find(request.taskType());
        Consumer<Member> pass =
                found -> found.ref().tell(new TaskTypeActor.RunByHand(request.subjectId(), request.replyTo()));
        member.ifPresentOrElse(
                pass,
                () -> request.replyTo()
                        .tell(new RunReport(
                                false, null, null, null, notHere("task type '" + request.taskType() + "'"), "", "")));
        return this;
    }

    private Optional<Member> find(String nameOrId) {
        return members.entrySet().stream()
                .filter(e ->
                        e.getValue().name().equals(nameOrId) || Objects.equals(Long.toString(e.getKey()), nameOrId))
                .map(Map.Entry::getValue)
                .min(Comparator.comparing(m -> m.name().equals(nameOrId) ? 0 : 1));
    }

    // ---------------------------------------------------------------- the end

    private Behavior<Command> onDrain(Drain drain) {
        drainer = drain.replyTo();
        members.values().forEach(member -> member.ref().tell(new TaskTypeActor.Retire()));
        return reportDrained();
    }

    private Behavior<Command> reportDrained() {
        ActorRef<Drained> asked = drainer;
        if (members.isEmpty() && asked != null) {
            asked.tell(new Drained());
        }
        return this;
    }

    private Behavior<Command> onGetSummary(GetSummary request) {
        request.replyTo()
                .tell(new RunSummary(
                        total(TicketStatus.COMPLETED),
                        total(TicketStatus.SKIPPED),
                        total(TicketStatus.FAILED),
                        total(TicketStatus.DEAD),
                        total(TicketStatus.OVERTAKEN),
                        total(TicketStatus.CANCELLED),
                        warnings));
        return this;
    }

    private long total(TicketStatus status) {
        return counters.values().stream().mapToLong(c -> c.of(status)).sum();
    }
}
