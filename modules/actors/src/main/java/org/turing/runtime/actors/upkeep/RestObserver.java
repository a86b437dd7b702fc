package org.turing.runtime.actors.upkeep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.turing.runtime.actors.event.Progress;
import org.turing.runtime.domain.TaskType;

/**
 * Knows when nothing is left to do: every task type is at rest, and each has looked at its inbox since the latest
 * outcome of anybody. Those that have not are asked to look again.
 */
public final class RestObserver extends AbstractBehavior<RestObserver.Command> {

    /** What the observer is told. */
    public sealed interface Command {}

    /** The task types that there are. */
    public record Expect(Set<Long> taskTypeIds) implements Command {}

    /**
     * A task type has nothing to do.
     *
     * @param emptySince when the look began that found its inbox empty, by {@link System#nanoTime()}
     * @param blocked what it could not do, one line each; if any it counts as at rest however old its look is
     */
    public record AtRest(TaskType taskType, long emptySince, List<String> blocked) implements Command {
        public AtRest {
            blocked = List.copyOf(blocked);
        }
    }

    /** A task type has something to do again. */
    public record Busy(long taskTypeId) implements Command {}

    /** Asks to hear once, when nothing is left to do. */
    public record TellWhenNothingIsLeft(ActorRef<NothingLeft> replyTo) implements Command {}

    /**
     * Outcomes were committed. Told by the ledger writer itself: an event that was published before this actor listened
     * would be missed, and the runtime would leave too early.
     */
    public record Progressed(Progress progress) implements Command {}

    /**
     * Nothing is left to do.
     *
     * @param blocked what could not be done, one line each
     */
    public record NothingLeft(List<String> blocked) {}

    private final LongConsumer pollNow;
    private final BooleanSupplier anyRestCounts;
    private final Map<Long, AtRest> atRest = new HashMap<>();
    private final List<ActorRef<NothingLeft>> askers = new ArrayList<>();
    private Set<Long> expected = new HashSet<>();
    private boolean known;
    private long lastProgress = Long.MIN_VALUE;

    /**
     * @param pollNow lets the task type of that id look at its inbox again
     * @param anyRestCounts whether a task type at rest counts however old its look is: nobody claims any more
     */
    public static Behavior<Command> create(LongConsumer pollNow, BooleanSupplier anyRestCounts) {
        return Behaviors.setup(context -> new RestObserver(context, pollNow, anyRestCounts));
    }

    private RestObserver(ActorContext<Command> context, LongConsumer pollNow, BooleanSupplier anyRestCounts) {
        super(context);
        this.pollNow = pollNow;
        this.anyRestCounts = anyRestCounts;
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Expect.class, this::onExpect)
                .onMessage(AtRest.class, this::onAtRest)
                .onMessage(Busy.class, this::onBusy)
                .onMessage(Progressed.class, this::onProgressed)
                .onMessage(TellWhenNothingIsLeft.class, this::onAsked)
                .build();
    }

    private Behavior<Command> onExpect(Expect expect) {
        expected = new HashSet<>(expect.taskTypeIds());
        atRest.keySet().retainAll(expected);
        known = true;
        return check();
    }

    private Behavior<Command> onAtRest(AtRest rest) {
        if (expected.contains(rest.taskType().id())) {
            atRest.put(rest.taskType().id(), rest);
        }
        return check();
    }

    private Behavior<Command> onBusy(Busy busy) {
        atRest.remove(busy.taskTypeId());
        return this;
    }

    private Behavior<Command> onProgressed(Progressed event) {
        lastProgress = event.progress().atNanos();
        return check();
    }

    private Behavior<Command> onAsked(TellWhenNothingIsLeft asked) {
        askers.add(asked.replyTo());
        return check();
    }

    private Behavior<Command> check() {
        if (askers.isEmpty() || !known || !atRest.keySet().containsAll(expected)) {
            return this;
        }
        List<AtRest> outdated = atRest.values().stream().filter(this::outdated).toList();
        if (!outdated.isEmpty()) {
            outdated.forEach(rest -> pollNow.accept(rest.taskType().id()));
            return this;
        }
        List<String> blocked = atRest.values().stream()
                .flatMap(rest -> rest.blocked().stream())
                .sorted()
                .toList();
        askers.forEach(asker -> asker.tell(new NothingLeft(blocked)));
        askers.clear();
        return this;
    }

    private boolean outdated(AtRest rest) {
        return lastProgress != Long.MIN_VALUE
                && rest.blocked().isEmpty()
                && !anyRestCounts.getAsBoolean()
                && rest.emptySince() - lastProgress < 0;
    }
}
