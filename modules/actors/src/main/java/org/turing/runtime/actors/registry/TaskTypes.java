package org.turing.runtime.actors.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.tasktype.ShardedTaskTypes;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeKeeper;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.upkeep.WaitingElsewhere;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ClusterRow;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.RuntimeLease.Pulse;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeControl.Answer;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * Keeps the task types that live in the cluster and the gates of the models that they need in step with the registry:
 * read at the start, when PostgreSQL says that it changed, and when a pulse of the lease shows that it could not say
 * so. It lives once in the cluster, they live where they are placed; when a node is lost, what lived there begins
 * elsewhere.
 */
public final class TaskTypes extends AbstractBehavior<TaskTypes.Command> {

    /** What the registry actor is told and asked. */
    public sealed interface Command {}

    /**
     * Where every task type and gate stands.
     *
     * @param counted whether inboxes are counted
     */
    public record GetStandings(boolean counted, ActorRef<Standings> replyTo) implements Command, Wire {}

    /**
     * The same of the gates and of the task types that need one, which are few or none where many idle.
     *
     * @param counted whether inboxes are counted
     */
    record GetGateStandings(boolean counted, ActorRef<Standings> replyTo) implements Command {}

    /** Asks whether there is such a part, here or elsewhere; answered once the registry is known. */
    public record Identify(Target target, ActorRef<Identified> replyTo) implements Command, Wire {}

    /** Pauses or resumes a part. */
    public record Steer(Target target, boolean pause, ActorRef<Answer> replyTo) implements Command, Wire {}

    /** Lets a task type look at its inbox now. */
    public record Poll(String taskType, ActorRef<Answer> replyTo) implements Command, Wire {}

    /** Lets a task type look at its inbox now, by id. */
    public record PollById(long taskTypeId) implements Command, Wire {}

    /** Runs one subject by hand. */
    public record RunByHand(String taskType, String subjectId, ActorRef<RunReport> replyTo) implements Command, Wire {}

    /** Asks what can't be followed; answered once every task type has counted all that it was told of before. */
    public record GetUnmet(ActorRef<Unmet> replyTo) implements Command, Wire {}

    /** A task type is there. */
    public record TaskTypeIsThere(TaskTypeKeeper.Present present) implements Command, Wire {}

    /** A gate is there. */
    public record GateIsThere(ModelGate.Present present) implements Command, Wire {}

    /** Ends here, as another node is to go on. */
    public record HandOver() implements Command {}

    record Felt(Pulse pulse) implements Command {}

    private record TellAgainDue() implements Command {}

    private record Read(
            Registry.@Nullable Contents contents, @Nullable Throwable failure, long mark) implements Command {}

    private record Heard(Noticed noticed) implements Command {}

    private record LeaseChanged(LeaseState state) implements Command {}

    private record IdentityKnown(LeaseKeeper.Condition condition) implements Command {}

    private record HostsChanged(Hosts hosts) implements Command {}

    record SeatDue() implements Command {}

    record Seated(
            long runtimeId,
            ClusterRow.@Nullable Standing standing,
            @Nullable Throwable failure) implements Command {}

    private record Alarmed(IdleWatch.Alarms alarms) implements Command {}

    private record Counted(GetUnmet request) implements Command {}

    record Steered(
            Steer steer, Set<Long> taskTypes, @Nullable Throwable failure) implements Command {}

    private record RemindDue() implements Command {}

    record Gone(long taskTypeId, ActorRef<TaskTypeActor.Command> keeper) implements Command {}

    record GateGone(String model, ActorRef<ModelGate.Command> gate) implements Command {}

    /** @param unknown why there is no such part, or null if there is one */
    public record Identified(@Nullable String unknown) implements Wire {}

    /**
     * @param taskTypes by name
     * @param gates by model, each with the alarm of the moment
     * @param breakers those that are open, wherever in the cluster
     * @param warnings what people should look at
     * @param waitsFor who works on the schema while this cluster stands by, or null
     */
    public record Standings(
            List<TaskTypeStatus> taskTypes,
            List<GateStatus> gates,
            List<BreakerStatus> breakers,
            List<String> warnings,
            @Nullable String waitsFor)
            implements Wire {
        public Standings {
            breakers = breakers == null ? List.of() : breakers; // of a node that does not send them yet
        }
    }

    /** @param lines what was asked for or is registered and can't be followed, one line each */
    public record Unmet(List<String> lines) implements Wire {}

    /** How often those are told again that have not said that they are there. */
    private static final Duration REMIND_EVERY = Duration.ofSeconds(2);

    /** How often gates and hosts are told again what was read last: what they were told may have been lost. */
    private static final Duration TELL_AGAIN_EVERY = Duration.ofSeconds(10);

    private final Surroundings around;
    private final ActorRef<WaitingElsewhere.Command> elsewhere;
    private final TimerScheduler<Command> timers;
    private final Blocking database;
    private final Selection selection;
    private final Members members;
    private final GateSeats gates;
    private final Pauses pauses;
    private final ClusterSeat seat;
    private final Requests requests;
    private Hosts hosts = Hosts.NONE;
    private Map<String, String> alarms = Map.of();
    private List<String> warnings = List.of();
    /** What was read last; null while that is not known, or another cluster works on the schema. */
    private Registry.@Nullable Contents registry;

    private boolean reading;
    private boolean readAgain;
    /** What the latest pulse said of the registry that was read since; null if what it said is yet to be read. */
    private @Nullable String readSince;

    /** @param entities reaches the task types */
    public static Behavior<Command> create(
            Surroundings around, ShardedTaskTypes entities, ActorRef<WaitingElsewhere.Command> elsewhere) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new TaskTypes(context, timers, around, entities, elsewhere)));
    }

    private TaskTypes(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Surroundings around,
            ShardedTaskTypes entities,
            ActorRef<WaitingElsewhere.Command> elsewhere) {
        super(context);
        context.setLoggerName(TaskTypes.class);
        this.around = around;
        this.elsewhere = elsewhere;
        this.timers = timers;
        this.database = Blocking.database(context.getSystem());
        this.selection = new Selection(around.settings());
        this.members = new Members(context, entities);
        this.gates = new GateSeats(context, around.gates());
        this.pauses = new Pauses(context, around.ports().registry());
        this.seat = new ClusterSeat(context, timers, around.ports().cluster());
        this.requests = new Requests(context, selection, members, gates, pauses, seat);
        ActorRef<EventStream.Command> events = context.getSystem().eventStream();
        events.tell(new EventStream.Subscribe<>(Noticed.class, context.messageAdapter(Noticed.class, Heard::new)));
        events.tell(new EventStream.Subscribe<>(Pulse.class, context.messageAdapter(Pulse.class, Felt::new)));
        events.tell(new EventStream.Subscribe<>(
                LeaseState.class, context.messageAdapter(LeaseState.class, LeaseChanged::new)));
        around.lease()
                .tell(new LeaseKeeper.WhatIsWrong(
                        context.messageAdapter(LeaseKeeper.Condition.class, IdentityKnown::new)));
        around.hosts().tell(new HostDirectory.Subscribe(context.messageAdapter(Hosts.class, HostsChanged::new)));
        context.spawn(
                IdleWatch.create(
                        context.getSelf(),
                        around.lease(),
                        around.settings().idleAlarm(),
                        context.messageAdapter(IdleWatch.Alarms.class, Alarmed::new)),
                "idle-watch");
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(GetStandings.class, m -> collect(members.all(), m))
                .onMessage(GetGateStandings.class, this::onGetGateStandings)
                .onMessage(Identify.class, m -> after(() -> requests.identify(m, registry)))
                .onMessage(Steer.class, m -> after(() -> requests.steer(m, registry)))
                .onMessage(Poll.class, m -> after(() -> requests.poll(m)))
                .onMessage(PollById.class, m -> after(() -> members.tell(m.taskTypeId(), new TaskTypeActor.PollNow())))
                .onMessage(RunByHand.class, m -> after(() -> requests.run(m, registry)))
                .onMessage(GetUnmet.class, this::onGetUnmet)
                .onMessage(Counted.class, this::onCounted)
                .onMessage(HandOver.class, m -> Behaviors.stopped())
                .onMessage(Felt.class, this::onFelt)
                .onMessage(TellAgainDue.class, m -> onTellAgainDue())
                .onMessage(Read.class, this::onRead)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(LeaseChanged.class, this::onLeaseChanged)
                .onMessage(IdentityKnown.class, m -> onIdentity(m.condition().runtimeId()))
                .onMessage(HostsChanged.class, this::onHostsChanged)
                .onMessage(SeatDue.class, m -> onSeatDue())
                .onMessage(Seated.class, this::onSeated)
                .onMessage(Alarmed.class, this::onAlarmed)
                .onMessage(TaskTypeIsThere.class, this::onTaskTypeIsThere)
                .onMessage(GateIsThere.class, this::onGateIsThere)
                .onMessage(Steered.class, this::onSteered)
                .onMessage(RemindDue.class, m -> onRemindDue())
                .onMessage(Gone.class, this::onGone)
                .onMessage(GateGone.class, this::onGateGone)
                .onSignal(PostStop.class, s -> onStopped())
                .build();
    }

    // ---------------------------------------------------------------- in step with the registry

    private Behavior<Command> onLeaseChanged(LeaseChanged changed) {
        return onIdentity(changed.state() instanceof LeaseState.Held held ? held.runtimeId() : 0);
    }

    private Behavior<Command> onIdentity(long runtimeId) {
        seat.identity(runtimeId, hosts.identities());
        return this;
    }

    private Behavior<Command> onSeatDue() {
        seat.take(hosts.identities());
        return this;
    }

    private Behavior<Command> onSeated(Seated seated) {
        if (!seat.onSeated(seated, hosts.identities())) {
            return this;
        }
        String waitsFor = seat.waitsFor();
        if (waitsFor == null) {
            return read();
        }
        getContext().getLog().warn("{}", waitsFor);
        members.follow(List.of(), Set.of());
        gates.leave();
        registry = null;
        requests.askAgain();
        return this;
    }

    private Behavior<Command> onStopped() {
        seat.release();
        requests.sendOn();
        return this;
    }

    private Behavior<Command> onHostsChanged(HostsChanged changed) {
        hosts = changed.hosts();
        tellHosts();
        if (!seat.held()) {
            seat.take(hosts.identities()); // whoever has it may turn out to be one of these
        }
        return this;
    }

    /** Hosts judge failures by whether a model's server answers. */
    private void tellHosts() {
        Registry.Contents known = registry;
        if (known != null) {
            hosts.reachable().forEach(host -> host.workers().tell(new WorkerHost.Models(known.models())));
        }
    }

    private Behavior<Command> onAlarmed(Alarmed alarmed) {
        alarms = alarmed.alarms().byModel();
        return this;
    }

    private Behavior<Command> onHeard(Heard heard) {
        Notice notice = heard.noticed().notice();
        boolean concerned = notice instanceof Notice.RegistryChanged || notice instanceof Notice.Listening;
        return concerned ? read() : this;
    }

    private Behavior<Command> onFelt(Felt felt) {
        Pulse pulse = felt.pulse();
        seat.seen(pulse.speaker(), hosts.identities());
        if (pulse.registry() != null && pulse.registry().equals(readSince)) {
            return this;
        }
        readSince = seat.held() ? pulse.registry() : null;
        return read();
    }

    private Behavior<Command> read() {
        if (!seat.held()) {
            return this;
        }
        if (reading) {
            readAgain = true;
            return this;
        }
        reading = true;
        readAgain = false;
        long mark = pauses.mark();
        getContext()
                .pipeToSelf(
                        database.call(around.ports().registry()::read),
                        (contents, failure) -> new Read(contents, failure, mark));
        return this;
    }

    private Behavior<Command> onRead(Read read) {
        reading = false;
        Registry.Contents contents = read.contents();
        if (!seat.held()) {
            return this;
        }
        if (contents == null) {
            Throwable failure = read.failure();
            String why = failure instanceof DatabaseUnavailable ? failure.getMessage() : String.valueOf(failure);
            getContext().getLog().warn("the registry can't be read now: {}", why);
            readSince = null;
        } else if (pauses.shownSince(read.mark())) {
            follow(contents, contents.paused());
        } else {
            follow(contents, members.paused()); // it is read once more when all is written
        }
        return readAgain ? read() : this;
    }

    private void follow(Registry.Contents contents, Set<Long> paused) {
        List<TaskType> chosen =
                contents.taskTypes().stream().filter(selection::runs).toList();
        elsewhere.tell(new WaitingElsewhere.Others(contents.taskTypes().stream()
                .filter(t -> t.enabled() && !selection.chosen(t))
                .toList()));
        around.rest()
                .tell(new RestObserver.Expect(chosen.stream().map(TaskType::id).collect(Collectors.toSet())));
        gates.follow(
                contents.models(),
                chosen.stream()
                        .flatMap(taskType -> Stream.ofNullable(taskType.requiresModel()))
                        .collect(Collectors.toSet()));
        members.follow(chosen, paused);
        remindLater();
        registry = contents;
        tellHosts();
        warn(contents);
        requests.askAgain();
        timers.startSingleTimer("tell again", new TellAgainDue(), TELL_AGAIN_EVERY);
    }

    private Behavior<Command> onTellAgainDue() {
        Registry.Contents known = registry;
        if (seat.held() && known != null) {
            follow(known, members.paused());
        }
        return this;
    }

    private void warn(Registry.Contents contents) {
        List<String> now = new ArrayList<>(selection.unmet(contents.taskTypes()));
        contents.problems().forEach(problem -> now.add(problem.message()));
        now.stream()
                .filter(line -> !warnings.contains(line))
                .forEach(line -> getContext().getLog().warn("{}", line));
        warnings = now;
    }

    // ---------------------------------------------------------------- where they live

    private Behavior<Command> onTaskTypeIsThere(TaskTypeIsThere there) {
        if (seat.waitsFor() != null) {
            there.present().keeper().tell(new TaskTypeActor.Retire());
        } else if (registry != null) {
            members.present(there.present());
            requests.askAgain();
        }
        return this;
    }

    private Behavior<Command> onGateIsThere(GateIsThere there) {
        ModelGate.Present present = there.present();
        if (seat.waitsFor() != null) {
            present.gate().tell(new ModelGate.HandOver());
        } else if (registry != null && gates.present(present)) {
            members.tellThoseOf(present.model(), new TaskTypeActor.GateBegan());
        }
        return this;
    }

    private Behavior<Command> onGone(Gone gone) {
        members.gone(gone);
        return remindLater();
    }

    private Behavior<Command> onGateGone(GateGone gone) {
        gates.gone(gone);
        return remindLater();
    }

    private Behavior<Command> onRemindDue() {
        if (seat.held()) {
            members.remind();
            gates.remind();
        }
        return remindLater();
    }

    private Behavior<Command> remindLater() {
        if (!members.complete() || !gates.complete()) {
            timers.startSingleTimer("remind", new RemindDue(), REMIND_EVERY);
        }
        return this;
    }

    // ---------------------------------------------------------------- what people ask

    private Behavior<Command> after(Runnable fact) {
        fact.run();
        return this;
    }

    private Behavior<Command> onSteered(Steered steered) {
        requests.onSteered(steered);
        return read();
    }

    private Behavior<Command> onGetGateStandings(GetGateStandings request) {
        return collect(members.needingAny(), new GetStandings(request.counted(), request.replyTo()));
    }

    private Behavior<Command> collect(Map<Long, Members.Member> asked, GetStandings request) {
        StatusCollector.Known known = new StatusCollector.Known(warnings, alarms, seat.waitsFor());
        getContext().spawnAnonymous(StatusCollector.create(asked, gates.all(), around.gates(), known, request));
        return this;
    }

    // ---------------------------------------------------------------- the end

    /** Whoever answers has counted all that it was told of before. */
    private Behavior<Command> onGetUnmet(GetUnmet request) {
        getContext()
                .ask(
                        Standings.class,
                        getContext().getSelf(),
                        StatusCollector.PATIENCE.multipliedBy(2),
                        me -> new GetStandings(false, me),
                        (standings, failure) -> new Counted(request));
        return this;
    }

    private Behavior<Command> onCounted(Counted counted) {
        counted.request().replyTo().tell(new Unmet(warnings));
        return this;
    }
}
