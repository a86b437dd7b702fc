package org.turing.runtime.actors.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
import org.turing.runtime.actors.RunSummary;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.actors.event.LeaseState;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.registry.Members.Member;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.upkeep.WaitingElsewhere;
import org.turing.runtime.actors.work.Blocking;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.ClusterRow;
import org.turing.runtime.ports.DatabaseUnavailable;
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

    /** What the registry actor is told and asked. */
    public sealed interface Command {}

    /**
     * Where every task type and gate stands.
     *
     * @param counted whether inboxes are counted
     */
    public record GetStandings(boolean counted, ActorRef<Standings> replyTo) implements Command, Wire {}

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

    /** What was counted so far. */
    public record GetSummary(ActorRef<RunSummary> replyTo) implements Command, Wire {}

    /** Ends here, as another node is to go on. */
    public record HandOver() implements Command {}

    private record ReadDue() implements Command {}

    private record Read(
            Registry.@Nullable Contents contents, @Nullable Throwable failure) implements Command {}

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

    private record Counted(GetSummary request) implements Command {}

    private record Gone(long taskTypeId) implements Command {}

    /** @param unknown why there is no such part, or null if there is one */
    public record Identified(@Nullable String unknown) implements Wire {}

    /**
     * @param taskTypes by name
     * @param gates by model, each with the alarm of the moment
     * @param warnings what people should look at
     * @param waitsFor who works on the schema while this cluster stands by, or null
     */
    public record Standings(
            List<TaskTypeStatus> taskTypes,
            List<GateStatus> gates,
            List<String> warnings,
            @Nullable String waitsFor) implements Wire {}

    private final Surroundings around;
    private final ActorRef<WaitingElsewhere.Command> elsewhere;
    private final TimerScheduler<Command> timers;
    private final Blocking database;
    private final Selection selection;
    private final Members members;
    private final Gates gates;
    private final ClusterSeat seat;
    private Hosts hosts = Hosts.NONE;
    private Map<String, String> alarms = Map.of();
    private List<String> warnings = List.of();
    private final List<Command> early = new ArrayList<>();
    private Registry.Contents registry = new Registry.Contents(List.of(), List.of(), List.of());
    private boolean reading;
    private boolean readAgain;
    private boolean registryKnown;

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
        context.setLoggerName(TaskTypes.class);
        this.around = around;
        this.elsewhere = elsewhere;
        this.timers = timers;
        this.database = Blocking.database(context.getSystem());
        this.selection = new Selection(around.settings());
        this.members = new Members(context, around, Gone::new);
        this.gates = new Gates(context, around);
        this.seat = new ClusterSeat(context, timers, around.ports().cluster());
        ActorRef<EventStream.Command> events = context.getSystem().eventStream();
        events.tell(new EventStream.Subscribe<>(Noticed.class, context.messageAdapter(Noticed.class, Heard::new)));
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
                .onMessage(GetStandings.class, this::onGetStandings)
                .onMessage(Identify.class, this::onIdentify)
                .onMessage(Steer.class, this::onSteer)
                .onMessage(Poll.class, this::onPoll)
                .onMessage(PollById.class, this::onPollById)
                .onMessage(RunByHand.class, this::onRunByHand)
                .onMessage(GetSummary.class, this::onGetSummary)
                .onMessage(Counted.class, this::onCounted)
                .onMessage(HandOver.class, m -> Behaviors.stopped())
                .onMessage(ReadDue.class, m -> read())
                .onMessage(Read.class, this::onRead)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(LeaseChanged.class, this::onLeaseChanged)
                .onMessage(IdentityKnown.class, m -> onIdentity(m.condition().runtimeId()))
                .onMessage(HostsChanged.class, this::onHostsChanged)
                .onMessage(SeatDue.class, m -> onSeatDue())
                .onMessage(Seated.class, this::onSeated)
                .onMessage(Alarmed.class, this::onAlarmed)
                .onMessage(Gone.class, this::onGone)
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
        members.retireAllBut(Set.of());
        gates.leave();
        registryKnown = false;
        early.forEach(getContext().getSelf()::tell);
        early.clear();
        return this;
    }

    private Behavior<Command> onStopped() {
        seat.release();
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
        if (registryKnown) {
            hosts.reachable().forEach(host -> host.workers().tell(new WorkerHost.Models(registry.models())));
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
        getContext().pipeToSelf(database.call(around.ports().registry()::read), Read::new);
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
        } else {
            follow(contents);
        }
        timers.startSingleTimer("read", new ReadDue(), around.settings().registryPoll());
        return readAgain ? read() : this;
    }

    private void follow(Registry.Contents contents) {
        List<TaskType> chosen =
                contents.taskTypes().stream().filter(selection::runs).toList();
        Set<Long> wanted = chosen.stream().map(TaskType::id).collect(Collectors.toSet());
        elsewhere.tell(new WaitingElsewhere.Others(contents.taskTypes().stream()
                .filter(t -> t.enabled() && !selection.chosen(t))
                .toList()));
        around.rest().tell(new RestObserver.Expect(wanted));
        members.retireAllBut(wanted);
        gates.follow(contents.models());
        around.breakers().follow(chosen);
        chosen.forEach(taskType ->
                members.follow(new TaskTypeActor.Reconfigure(taskType, gates.needed(taskType.requiresModel()))));
        registryKnown = true;
        registry = contents;
        tellHosts();
        warn(contents);
        early.forEach(getContext().getSelf()::tell);
        early.clear();
    }

    private void warn(Registry.Contents contents) {
        List<String> now = new ArrayList<>(selection.unmet(contents.taskTypes()));
        contents.problems().forEach(problem -> now.add(problem.message()));
        now.stream()
                .filter(line -> !warnings.contains(line))
                .forEach(line -> getContext().getLog().warn("{}", line));
        warnings = now;
    }

    private Behavior<Command> onGone(Gone gone) {
        members.remove(gone.taskTypeId());
        return read();
    }

    // ---------------------------------------------------------------- what people ask

    private Behavior<Command> onGetStandings(GetStandings request) {
        StatusCollector.Known known = new StatusCollector.Known(warnings, alarms, seat.waitsFor());
        getContext().spawnAnonymous(StatusCollector.create(members.all(), gates.all(), known, request));
        return this;
    }

    private Behavior<Command> onIdentify(Identify request) {
        if (seat.waitsFor() != null) {
            request.replyTo().tell(new Identified(null)); // whoever works on the schema knows
        } else if (registryKnown) {
            request.replyTo().tell(new Identified(Names.unknown(request.target(), registry)));
        } else {
            early.add(request);
        }
        return this;
    }

    private Behavior<Command> onSteer(Steer steer) {
        if (steer.target() instanceof Target.All) {
            members.steerAll(steer.pause());
            answer(steer, true);
        } else if (steer.target() instanceof Target.OneTaskType one) {
            Optional<Member> member = members.find(one.taskType());
            member.ifPresent(found -> members.steer(found, steer.pause()));
            answer(steer, member.isPresent());
        } else if (steer.target() instanceof Target.OneModel one) {
            ActorRef<ModelGate.Command> gate = gates.known(one.model());
            if (gate != null) {
                gate.tell(steer.pause() ? new ModelGate.Pause() : new ModelGate.Resume());
            }
            answer(steer, gate != null);
        }
        return this;
    }

    private static void answer(Steer steer, boolean found) {
        String what = steer.target().inWords();
        String done = steer.pause() ? "paused " : "resumed ";
        steer.replyTo().tell(new Answer(found, found ? done + what : notHere(what)));
    }

    private static String notHere(String what) {
        return what + " does not run here (see: turing status)";
    }

    private Behavior<Command> onPoll(Poll poll) {
        Optional<Member> member = members.find(poll.taskType());
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
        String waitsFor = seat.waitsFor();
        if (waitsFor != null) {
            notRun(request, waitsFor + " (ask it there: turing run)");
            return this;
        }
        if (!registryKnown) {
            early.add(request);
            return this;
        }
        Optional<Member> member = members.find(request.taskType());
        member.ifPresentOrElse(
                found -> found.ref().tell(new TaskTypeActor.RunByHand(request.subjectId(), request.replyTo())),
                () -> notRun(request, notHere("task type '" + request.taskType() + "'")));
        return this;
    }

    private static void notRun(RunByHand request, String why) {
        request.replyTo().tell(new RunReport(false, null, null, null, why, "", ""));
    }

    // ---------------------------------------------------------------- the end

    /** Whoever answers has counted all that it was told of before. */
    private Behavior<Command> onGetSummary(GetSummary request) {
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
        counted.request()
                .replyTo()
                .tell(new RunSummary(
                        members.total(TicketStatus.COMPLETED),
                        members.total(TicketStatus.SKIPPED),
                        members.total(TicketStatus.FAILED),
                        members.total(TicketStatus.DEAD),
                        members.total(TicketStatus.OVERTAKEN),
                        members.total(TicketStatus.CANCELLED),
                        warnings,
                        List.of()));
        return this;
    }
}
