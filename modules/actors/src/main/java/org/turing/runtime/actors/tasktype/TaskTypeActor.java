package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.actors.event.BreakersChanged;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.actors.event.Readers;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.EpochPassed;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.LeaseLapsed;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.TicketLedger;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * One task type: looks at its inbox when woken or when a poll is due, asks its gate for slots when it needs a model,
 * claims what is likely to start soon, keeps its lanes busy, and gives back what it does not use.
 *
 * <p>Every handler records a fact and ends in {@link #proceed()}, which starts whatever can be started now. Runs belong
 * to the worker host and outcomes to the ledger writer: a failure of this actor loses neither. A new life after a
 * failure takes a new incarnation at its gate, so that the gate quarantines what the old one held.
 *
 * <p>What it is made of: {@link Duty} says what it is there for and whether it may work, {@link Examining} whether that
 * is so, {@link Intake} how work comes in, {@link Runs} what becomes of it on the lanes, {@link ClaimReturns} what goes
 * back, {@link HandRuns} what people ask for, {@link Settling} what becomes of finished subjects, {@link Barrier} what
 * open breakers leave it to do, {@link TaskTypeView} where it stands.
 */
public final class TaskTypeActor extends AbstractBehavior<TaskTypeActor.Command> {

    /** What a task type is told and asked. */
    public sealed interface Command {}

    /**
     * The registry's row.
     *
     * @param paused whether people paused the task type
     * @param version by which the registry knows what it told last
     */
    public record Reconfigure(TaskType taskType, boolean paused, long version) implements Command, Wire {}

    /**
     * What the actor goes by when it starts, for the first time or again after a failure.
     *
     * @param taskType the registry's row of the moment
     * @param paused whether people paused it
     * @param retiring whether it was told to retire
     */
    public record Orders(TaskType taskType, boolean paused, boolean retiring) {}

    /** Starts nothing more, finishes what runs, and ends. */
    public record Retire() implements Command, Wire {}

    /** People want it to go on: what is out of order, as far as is known, is tried without delay. */
    public record Resume() implements Command, Wire {}

    /** Looks at the inbox now. */
    public record PollNow() implements Command, Wire {}

    /**
     * Asks where the task type stands.
     *
     * @param counted whether the inbox should be counted, unless it was within the last second
     */
    public record GetStatus(boolean counted, ActorRef<Standing> replyTo) implements Command, Wire {}

    /**
     * Where a task type stands.
     *
     * @param breakers those open ones on which it depends, as the node of its actor knows them
     */
    public record Standing(TaskTypeStatus status, List<BreakerStatus> breakers) implements Wire {}

    /** Runs one subject by hand, in the inbox or not. */
    public record RunByHand(String subjectId, ActorRef<RunReport> replyTo) implements Command, Wire {}

    /** Its gate has begun anew, and does not know yet who waits for slots. */
    public record GateBegan() implements Command, Wire {}

    /** Ends here, as it is to live elsewhere: what runs goes on, and is its next life's. */
    public record HandOver() implements Command, Wire {}

    record AnnounceDue() implements Command {}

    /** An answer that an earlier life of the actor waited for. */
    record Late(Command answer) implements Command {}

    record HostsChanged(Hosts hosts) implements Command {}

    record HostMet(
            Host host,
            WorkerHost.@Nullable UnderWay runs,
            @Nullable Throwable failure) implements Command {}

    record HostJoined(Host host, @Nullable Throwable failure) implements Command {}

    record ScriptSeen(TaskType asked, Host host, WorkerHost.@Nullable Examined script) implements Command {}

    record Examined(
            TaskType asked,
            PortCalls.@Nullable Examination found,
            @Nullable Throwable failure) implements Command {}

    record Looked(
            Intake.Look look,
            Inboxes.@Nullable Found found,
            @Nullable Throwable failure) implements Command {}

    /** @param asked how many subjects were to be claimed */
    record Claimed(
            Intake.Look look,
            int asked,
            @Nullable List<Claim> claims,
            @Nullable Throwable failure) implements Command {}

    record ClaimedByHand(
            RunByHand request,
            @Nullable Claim claim,
            @Nullable Throwable failure) implements Command {}

    record Settled(
            TicketLedger.@Nullable Standing standing,
            @Nullable Throwable failure) implements Command {}

    record GivenBack(List<Claim> claims, @Nullable Throwable failure) implements Command {}

    record Reconciled(@Nullable Throwable failure) implements Command {}

    record Counted(long inbox) implements Command {}

    record LimitRead(
            RunTimeout.@Nullable Limit limit, @Nullable Throwable failure) implements Command {}

    record GateSaid(ModelGate.Reply reply) implements Command {}

    record RunSaid(WorkerHost.RunEvent event) implements Command {}

    record Progressed(Progress progress) implements Command {}

    record Heard(Noticed noticed) implements Command {}

    record BarrierMoved(BreakersChanged change) implements Command {}

    record RenewDue() implements Command {}

    record PollDue() implements Command {}

    record LookDue() implements Command {}

    record LingerDue() implements Command {}

    record RetryDue() implements Command {}

    record SettleDue() implements Command {}

    record SweepDue() implements Command {}

    record ExamineDue() implements Command {}

    record LimitDue() implements Command {}

    record JoinDue() implements Command {}

    record ScriptsDue() implements Command {}

    record CheckDue() implements Command {}

    record GiveBackDue(List<Claim> claims) implements Command {}

    /** How often hosts are asked whether they are at what they were given. */
    private static final Duration CHECK_PAUSE = Duration.ofSeconds(5);

    private final Surroundings around;
    private final Errands errands;
    private final PortCalls calls;
    private final Duty duty;
    private final Barrier barrier;
    private final RunLimit limit;
    private final InboxWatch inbox = new InboxWatch();
    private final ClaimQueue claims = new ClaimQueue();
    private final InboxCount count = new InboxCount();
    private final ClaimReturns returns;
    private final Lanes lanes = new Lanes();
    private final Hosting hosting;
    private final GateSeat seat;
    private final Intake intake;
    private final HandRuns hands;
    private final Settling settling;
    private final Runs runs;
    private final Examining examining;
    private final TaskTypeView view;
    private boolean reportedRest;
    private boolean moving;

    /**
     * @param around what all task types share
     * @param orders read at every start: a life after a failure begins with the latest ones
     * @param counters where it counts; kept across failures by the one who spawns it
     */
    public static Behavior<Command> create(Surroundings around, Supplier<Orders> orders, TaskTypeCounters counters) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new TaskTypeActor(context, timers, around, orders.get(), counters)));
    }

    private TaskTypeActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Surroundings around,
            Orders orders,
            TaskTypeCounters counters) {
        super(context);
        context.setLoggerName(TaskTypeActor.class);
        this.around = around;
        errands = new Errands(context, timers);
        calls = new PortCalls(around, context.getSystem());
        duty = new Duty(around, context.getLog(), orders);
        barrier = new Barrier(around.breakers(), duty, errands);
        limit = new RunLimit(duty, errands, calls);
        Tools tools = new Tools(around, duty, errands, calls, barrier, limit);
        ActorRef<WorkerHost.RunEvent> runEvents = context.messageAdapter(WorkerHost.RunEvent.class, RunSaid::new);
        hosting = new Hosting(tools, claims, runEvents);
        returns = new ClaimReturns(tools, claims, inbox, hosting);
        ActorRef<ModelGate.Reply> gateReplies = context.messageAdapter(ModelGate.Reply.class, GateSaid::new);
        seat = new GateSeat(duty.taskType(), around.gates(), lanes, gateReplies, System::nanoTime);
        intake = new Intake(tools, inbox, claims, returns, lanes, seat, hosting);
        hands = new HandRuns(tools, claims, returns, hosting, lanes);
        settling = new Settling(tools);
        runs = new Runs(tools, lanes, claims, intake, settling, counters, hosting, returns);
        examining = new Examining(tools, inbox, intake, settling, hosting);
        view = new TaskTypeView(tools, inbox, claims, returns, intake, hands, seat, settling, counters, hosting);
        subscribe(Progress.class, Progressed::new);
        subscribe(Noticed.class, Heard::new);
        subscribe(BreakersChanged.class, BarrierMoved::new);
        around.hosts().tell(new HostDirectory.Subscribe(context.messageAdapter(Hosts.class, HostsChanged::new)));
        examining.begin();
        seat.renew();
    }

    private <E> void subscribe(Class<E> event, Function<E, Command> message) {
        getContext()
                .getSystem()
                .eventStream()
                .tell(new EventStream.Subscribe<>(event, getContext().messageAdapter(event, message)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Reconfigure.class, this::onReconfigure)
                .onMessage(Retire.class, m -> onRetire())
                .onMessage(HandOver.class, m -> onHandOver())
                .onMessage(Resume.class, m -> onResume())
                .onMessage(PollNow.class, m -> wake(System.nanoTime()))
                .onMessage(GetStatus.class, this::onGetStatus)
                .onMessage(RunByHand.class, m -> after(() -> hands.ask(m)))
                .onMessage(Late.class, this::onLate)
                .onMessage(HostsChanged.class, this::onHostsChanged)
                .onMessage(HostMet.class, this::onHostMet)
                .onMessage(HostJoined.class, this::onHostJoined)
                .onMessage(ScriptSeen.class, this::onScriptSeen)
                .onMessage(JoinDue.class, m -> proceed())
                .onMessage(CheckDue.class, m -> after(() -> hosting.check(lanes)))
                .onMessage(ScriptsDue.class, m -> after(() -> hosting.lookAtScripts(true)))
                .onMessage(Examined.class, m -> examining.onExamined(m) ? after(hands::askAgain) : this)
                .onMessage(Looked.class, m -> judge(intake.onLooked(m)))
                .onMessage(Claimed.class, this::onClaimed)
                .onMessage(ClaimedByHand.class, m -> after(() -> hands.onClaimed(m)))
                .onMessage(Settled.class, m -> judge(settling.onSettled(m)))
                .onMessage(GivenBack.class, m -> returns.onGivenBack(m) ? proceed() : this)
                .onMessage(Reconciled.class, this::onReconciled)
                .onMessage(Counted.class, this::onCounted)
                .onMessage(LimitDue.class, m -> after(limit::onDue))
                .onMessage(LimitRead.class, m -> after(() -> limit.onRead(m)))
                .onMessage(GateSaid.class, this::onGateSaid)
                .onMessage(GateBegan.class, m -> after(seat::renew))
                .onMessage(RunSaid.class, m -> runs.onSaid(m.event()) ? proceed() : this)
                .onMessage(Progressed.class, this::onProgressed)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(BarrierMoved.class, this::onBarrierMoved)
                .onMessage(RenewDue.class, m -> after(seat::renew))
                .onMessage(PollDue.class, m -> after(inbox::poll))
                .onMessage(LookDue.class, m -> proceed())
                .onMessage(LingerDue.class, m -> proceed())
                .onMessage(RetryDue.class, m -> onRetryDue())
                .onMessage(SettleDue.class, m -> after(settling::onSettleDue))
                .onMessage(SweepDue.class, m -> after(settling::outdated))
                .onMessage(ExamineDue.class, m -> after(examining::begin))
                .onMessage(GiveBackDue.class, m -> after(() -> returns.onGiveBackDue(m)))
                .onSignal(PreRestart.class, s -> onEnding("its actor failed and starts again"))
                .onSignal(PostStop.class, s -> onEnding("its actor ended"))
                .build();
    }

    // ------------------------------------------------------------------ going on

    /** Records something and goes on. */
    private Behavior<Command> after(Runnable fact) {
        fact.run();
        return proceed();
    }

    /** Starts whatever can be started now, gives back what is not used, and says whether anything is left to do. */
    private Behavior<Command> proceed() {
        barrier.check(claims);
        seat.checkTrust();
        hosting.join(intake.claiming() || hands.claiming());
        runs.start();
        intake.returnSlots();
        intake.askForSlots();
        returns.reconcile(intake.claiming() || hands.claiming());
        intake.look();
        settling.settle(claims.inFlight() == 0 && !intake.busy() && !inbox.wanted());
        intake.schedulePoll();
        barrier.schedule();
        keepUp();
        reportRest();
        if (moving && !intake.claiming() && !hands.claiming()) {
            return Behaviors.stopped();
        }
        if (duty.retiring() && runs.none() && view.nothingUnderWay()) {
            hosting.retireWorkers();
            hands.refuseEarly("it is not enabled any more");
            return Behaviors.stopped();
        }
        return this;
    }

    /**
     * What is under way and what is held is asked after from time to time; where nothing is, nobody is woken for it.
     */
    private void keepUp() {
        if (!errands.isSet("check") && (lanes.running() > 0 || claims.inFlight() > 0)) {
            errands.remind("check", new CheckDue(), CHECK_PAUSE);
        }
        if (!errands.isSet("renew") && seat.toBeRenewed()) {
            errands.remind("renew", new RenewDue(), ModelGate.RENEW_EVERY);
        }
    }

    private void reportRest() {
        List<String> blocked = runs.none() ? view.blockedAtRest() : null;
        if (blocked != null) {
            around.rest().tell(new RestObserver.AtRest(duty.taskType(), inbox.emptySince(), blocked));
        } else if (reportedRest) {
            around.rest().tell(new RestObserver.Busy(duty.taskType().id()));
        }
        reportedRest = blocked != null;
    }

    /**
     * A call to the database ended like this: well, in weather, in a fault of this task type, or in something that
     * nobody foresaw. Weather is waited for, without a further call.
     */
    private Behavior<Command> judge(@Nullable Throwable failure) {
        if (failure instanceof EpochPassed) {
            seat.epochPassed();
        }
        if (failure instanceof DatabaseUnavailable
                || failure instanceof LeaseLapsed
                || failure instanceof EpochPassed) {
            errands.remind("poll", new PollDue(), Errands.WEATHER_PAUSE);
            return this;
        }
        if (failure instanceof InboxFault) {
            examining.faulted(String.valueOf(failure.getMessage()), true);
        } else if (failure != null) {
            throw PortCalls.unexpected(failure);
        }
        return proceed();
    }

    private Behavior<Command> onClaimed(Claimed claimed) {
        List<Claim> made = claimed.claims();
        if (made != null && made.size() < claimed.asked()) {
            settling.outdated(); // what is missing may have been set aside
        }
        return judge(intake.onClaimed(claimed));
    }

    // ------------------------------------------------------------------ registration

    private Behavior<Command> onReconfigure(Reconfigure now) {
        duty.retire(false);
        boolean steered = now.paused() != duty.paused();
        if (now.taskType().equals(duty.taskType())) {
            return steered ? now.paused() ? onPause() : onResume() : proceed();
        }
        duty.pause(now.paused());
        returns.giveBackUnstarted();
        duty.register(now.taskType());
        barrier.hope();
        calls.startAfresh();
        seat.move(now.taskType());
        intake.startAfresh();
        runs.startAfresh();
        hosting.retireWorkers();
        hosting.startAfresh();
        placeAnew();
        return after(examining::begin);
    }

    /** What an earlier life has claimed by now, or may have claimed, goes back. */
    private Behavior<Command> onLate(Late late) {
        if (late.answer() instanceof Claimed claimed) {
            returns.doubt(claimed.failure());
            returns.giveBackLate(claimed.claims() == null ? List.of() : claimed.claims());
        } else if (late.answer() instanceof ClaimedByHand claimed) {
            returns.doubt(claimed.failure());
            returns.giveBackLate(claimed.claim() == null ? List.of() : List.of(claimed.claim()));
        }
        return proceed();
    }

    private Behavior<Command> onRetire() {
        duty.retire(true);
        return after(intake::stop);
    }

    private Behavior<Command> onHandOver() {
        moving = true;
        hands.refuseAll("its actor moves to another node");
        return onRetire();
    }

    private Behavior<Command> onPause() {
        duty.pause(true);
        return after(intake::stop);
    }

    private Behavior<Command> onResume() {
        duty.pause(false);
        barrier.hope();
        return wake(System.nanoTime());
    }

    /** This life is over, and the next one knows nothing of it. */
    private Behavior<Command> onEnding(String why) {
        errands.end();
        seat.lost();
        intake.fail();
        barrier.letGo();
        around.rest().tell(new RestObserver.Busy(duty.taskType().id()));
        hands.refuseAll(why + " (see: turing tickets)");
        count.tell(standing());
        return this;
    }

    // ------------------------------------------------------------------ what wakes it

    private Behavior<Command> wake(long atNanos) {
        inbox.wake(atNanos);
        return proceed();
    }

    private Behavior<Command> onProgressed(Progressed event) {
        InboxShape known = duty.fitness().shape();
        boolean concerned = known != null
                && event.progress().steps().stream()
                        .anyMatch(step -> Readers.concerned(duty.taskType(), known.relations(), step));
        return concerned ? wake(event.progress().atNanos()) : this;
    }

    private Behavior<Command> onHeard(Heard heard) {
        Notice notice = heard.noticed().notice();
        InboxShape known = duty.fitness().shape();
        if (notice instanceof Notice.TableChanged change) {
            boolean mine = known != null && known.relations().contains(change.relation());
            return mine ? wake(heard.noticed().atNanos()) : this;
        }
        if (notice instanceof Notice.Wake wake) {
            if (wake.taskTypeId() != null
                    && wake.taskTypeId() != duty.taskType().id()) {
                return this;
            }
            settling.outdated();
            return wake(heard.noticed().atNanos());
        }
        return notice instanceof Notice.Listening ? wake(0) : this;
    }

    private Behavior<Command> onRetryDue() {
        settling.outdated();
        return wake(0);
    }

    private Behavior<Command> onBarrierMoved(BarrierMoved moved) {
        if (!barrier.isConcerned(moved.change())) {
            return this;
        }
        barrier.reschedule();
        if (barrier.letsStart()) {
            return wake(0);
        }
        return after(barrier.lets() ? () -> inbox.wake(0) : intake::stop);
    }

    private Behavior<Command> onReconciled(Reconciled reconciled) {
        if (returns.onReconciled(reconciled)) {
            hands.askAgain();
        }
        return judge(reconciled.failure());
    }

    // ------------------------------------------------------------------ its hosts

    private Behavior<Command> onHostsChanged(HostsChanged changed) {
        Hosting.Gone gone = hosting.changed(changed.hosts());
        gone.hosts().forEach(workers -> seat.lose(runs.lose(workers)));
        gone.lost().forEach(runtimeId -> returns.lose(runtimeId, true));
        gone.lapsed().forEach(runtimeId -> returns.lose(runtimeId, false));
        Stream.concat(gone.lost().stream(), gone.lapsed().stream()).forEach(lanes::yieldOn);
        placeAnew();
        return wake(0);
    }

    private Behavior<Command> onHostMet(HostMet met) {
        WorkerHost.UnderWay earlier = hosting.onMet(met);
        if (earlier != null) {
            runs.adopt(met.host(), earlier.runIds());
        }
        return proceed();
    }

    private Behavior<Command> onHostJoined(HostJoined joined) {
        Throwable failure = hosting.onJoined(joined);
        if (failure != null) {
            throw PortCalls.unexpected(failure);
        }
        return placed();
    }

    private Behavior<Command> onScriptSeen(ScriptSeen seen) {
        boolean wasWrong = hosting.fault() != null;
        hosting.onScriptSeen(seen);
        duty.fitness().ran(hosting.scripts().warning());
        if (wasWrong && hosting.fault() == null) {
            examining.begin();
        } else {
            examining.judgeScript();
        }
        return placed();
    }

    private Behavior<Command> placed() {
        placeAnew();
        hands.askAgain();
        return wake(0);
    }

    /** Which hosts may be used is known anew. */
    private void placeAnew() {
        duty.hosted(!hosting.usable().isEmpty());
        lanes.ungated(hosting.ungated());
        seat.useOn(hosting.usable().keySet());
        if (hosting.usable().isEmpty()) {
            intake.hostless();
        }
        intake.giveBackStranded();
    }

    // ------------------------------------------------------------------ its gate

    private Behavior<Command> onGateSaid(GateSaid said) {
        if (said.reply() instanceof ModelGate.Granted granted) {
            intake.onGranted(granted);
        } else if (said.reply() instanceof ModelGate.YieldSlot yield) {
            intake.onYield(yield.leaseId());
        } else if (said.reply() instanceof ModelGate.Closed closed) {
            seat.close(closed.reason());
        } else if (said.reply() instanceof ModelGate.Renewed renewed) {
            seat.onRenewed(renewed).forEach(intake::onYield);
        }
        return proceed();
    }

    // ------------------------------------------------------------------ status

    private Behavior<Command> onGetStatus(GetStatus request) {
        InboxShape known = duty.fitness().shape();
        if (known == null || !request.counted() || count.fresh()) {
            request.replyTo().tell(standing());
        } else if (count.await(request.replyTo())) {
            errands.send(
                    calls.count(duty.taskType(), known, InboxCount.AT_MOST),
                    (subjects, failure) -> new Counted(failure == null ? subjects : -1));
        }
        return this;
    }

    private Standing standing() {
        return new Standing(view.status(count), around.breakers().openFor(duty.taskType()));
    }

    private Behavior<Command> onCounted(Counted counted) {
        count.counted(counted.inbox());
        count.tell(standing());
        return this;
    }
}
