package org.turing.runtime.actors.upkeep;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.actors.work.InboxThreads;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.Inboxes;

/**
 * A runtime that was asked to run some task types only says so when it runs out of work while others have some: how
 * much waits for whom, and what would run it. Nobody should find out in the morning.
 */
public final class WaitingElsewhere extends AbstractBehavior<WaitingElsewhere.Command> {

    private static final Logger LOG = LoggerFactory.getLogger(WaitingElsewhere.class);
    private static final Duration AGAIN = Duration.ofSeconds(60);
    private static final int COUNT_AT_MOST = 10_000;

    /** What this actor is told and asked. */
    public sealed interface Command {}

    /** The enabled task types that do not run here. */
    public record Others(List<TaskType> taskTypes) implements Command {}

    /** Asks for the latest finding. */
    public record GetFinding(ActorRef<Finding> replyTo) implements Command {}

    /** Counts now, says what was found, and answers: the runtime is about to leave. */
    public record Count(ActorRef<Finding> replyTo) implements Command {}

    private record NothingLeft() implements Command {}

    private record LookAgain() implements Command {}

    private record Counted(List<Waiting> waiting, @Nullable Throwable failure) implements Command {}

    /** @param warning what waits elsewhere and what would run it, or null if nothing does */
    public record Finding(@Nullable String warning) {}

    private record Waiting(String taskType, long subjects) {}

    private final Inboxes inboxes;
    private final ActorRef<RestObserver.Command> rest;
    private final TimerScheduler<Command> timers;
    private final InboxThreads threads;
    private final ActorRef<RestObserver.NothingLeft> restReplies;
    private final List<ActorRef<Finding>> waitingForFinding = new ArrayList<>();
    private List<TaskType> others = List.of();
    private boolean counting;
    private @Nullable String warning;

    public static Behavior<Command> create(Inboxes inboxes, InboxThreads threads, ActorRef<RestObserver.Command> rest) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new WaitingElsewhere(context, timers, inboxes, threads, rest)));
    }

    private WaitingElsewhere(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Inboxes inboxes,
            InboxThreads threads,
            ActorRef<RestObserver.Command> rest) {
        super(context);
        context.setLoggerName(WaitingElsewhere.class);
        this.inboxes = inboxes;
        this.rest = rest;
        this.timers = timers;
        this.threads = threads;
        this.restReplies = context.messageAdapter(RestObserver.NothingLeft.class, m -> new NothingLeft());
        rest.tell(new RestObserver.TellWhenNothingIsLeft(restReplies));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Others.class, this::onOthers)
                .onMessage(GetFinding.class, this::onGetFinding)
                .onMessage(Count.class, this::onCount)
                .onMessage(NothingLeft.class, m -> count())
                .onMessage(LookAgain.class, m -> onLookAgain())
                .onMessage(Counted.class, this::onCounted)
                .build();
    }

    private Behavior<Command> onOthers(Others now) {
        others = now.taskTypes();
        return this;
    }

    private Behavior<Command> onLookAgain() {
        rest.tell(new RestObserver.TellWhenNothingIsLeft(restReplies));
        return this;
    }

    private Behavior<Command> onGetFinding(GetFinding request) {
        if (counting) {
            waitingForFinding.add(request.replyTo());
        } else {
            request.replyTo().tell(new Finding(warning));
        }
        return this;
    }

    private Behavior<Command> onCount(Count request) {
        waitingForFinding.add(request.replyTo());
        return count();
    }

    private Behavior<Command> count() {
        if (counting) {
            return this;
        }
        counting = true;
        List<TaskType> asked = others;
        getContext()
                .pipeToSelf(
                        threads.call(InboxThreads.Pace.UNKNOWN, () -> count(asked)),
                        (waiting, failure) -> new Counted(failure == null ? waiting : List.of(), failure));
        return this;
    }

    private List<Waiting> count(List<TaskType> asked) {
        List<Waiting> found = new ArrayList<>();
        for (TaskType taskType : asked) {
            try {
                long subjects = inboxes.count(taskType, inboxes.examine(taskType), COUNT_AT_MOST);
                if (subjects > 0) {
                    found.add(new Waiting(taskType.name(), subjects));
                }
            } catch (InboxFault fault) {
                LOG.debug("task type '{}' can't be counted: {}", taskType.name(), fault.getMessage());
            }
        }
        return found;
    }

    private Behavior<Command> onCounted(Counted counted) {
        counting = false;
        if (counted.failure() != null) {
            getContext()
                    .getLog()
                    .warn(
                            "what waits elsewhere can't be counted now: {}",
                            counted.failure().toString());
        }
        String before = warning;
        warning = counted.waiting().isEmpty() ? null : describe(counted.waiting());
        if (warning != null && !warning.equals(before)) {
            getContext().getLog().warn("{}", warning);
        }
        waitingForFinding.forEach(asker -> asker.tell(new Finding(warning)));
        waitingForFinding.clear();
        timers.startSingleTimer("again", new LookAgain(), AGAIN);
        return this;
    }

    private static String describe(List<Waiting> waiting) {
        String counts = waiting.stream()
                .map(w -> w.taskType() + ": " + w.subjects() + (w.subjects() >= COUNT_AT_MOST ? " or more" : ""))
                .collect(Collectors.joining(", "));
        String options =
                waiting.stream().map(w -> "--task_type " + w.taskType()).collect(Collectors.joining(" "));
        return "nothing is left to do here, but other task types have work waiting (" + counts
                + "). To run it: turing start " + options + ", or turing start for everything";
    }
}
