package org.turing.runtime.actors.registry;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeCounters;
import org.turing.runtime.domain.TicketStatus;

/** The task-type actors that live, and what outlives each of them: counts and pauses. Owned by the registry. */
final class Members {

    private static final Duration RESTART_SOON = Duration.ofMillis(200);
    private static final Duration RESTART_LATE = Duration.ofSeconds(30);

    /**
     * A task-type actor that lives.
     *
     * @param orders what it goes by, read anew at each of its starts
     */
    record Member(ActorRef<TaskTypeActor.Command> ref, AtomicReference<TaskTypeActor.Orders> orders) {

        String name() {
            return orders.get().registration().taskType().name();
        }

        private void register(TaskTypeActor.Reconfigure registration) {
            // who is registered is wanted again
            orders.updateAndGet(now -> new TaskTypeActor.Orders(registration, now.paused(), false));
            ref.tell(registration);
        }

        private void steer(boolean pause) {
            orders.updateAndGet(now -> new TaskTypeActor.Orders(now.registration(), pause, now.retiring()));
            ref.tell(pause ? new TaskTypeActor.Pause() : new TaskTypeActor.Resume());
        }

        private void retire() {
            orders.updateAndGet(now -> new TaskTypeActor.Orders(now.registration(), now.paused(), true));
            ref.tell(new TaskTypeActor.Retire());
        }
    }

    private final ActorContext<TaskTypes.Command> context;
    private final Surroundings around;
    private final LongFunction<TaskTypes.Command> gone;
    private final Map<Long, Member> living = new TreeMap<>();
    private final Map<Long, TaskTypeCounters> counters = new HashMap<>();
    /** Those that people paused or resumed one by one since all were. */
    private final Map<Long, Boolean> steered = new HashMap<>();

    private boolean pausedAll;
    private long spawned;

    /** @param gone makes the message that tells the registry of a task type's end */
    Members(ActorContext<TaskTypes.Command> context, Surroundings around, LongFunction<TaskTypes.Command> gone) {
        this.context = context;
        this.around = around;
        this.gone = gone;
    }

    boolean isEmpty() {
        return living.isEmpty();
    }

    Map<Long, Member> all() {
        return Map.copyOf(living);
    }

    /** A registration of the moment: its actor is told, or spawned if there is none. */
    void follow(TaskTypeActor.Reconfigure registration) {
        Member member = living.get(registration.taskType().id());
        if (member == null) {
            spawn(registration);
        } else {
            member.register(registration);
        }
    }

    private void spawn(TaskTypeActor.Reconfigure registration) {
        long id = registration.taskType().id();
        boolean paused = steered.getOrDefault(id, pausedAll);
        AtomicReference<TaskTypeActor.Orders> orders =
                new AtomicReference<>(new TaskTypeActor.Orders(registration, paused, false));
        TaskTypeCounters counted = counters.computeIfAbsent(id, i -> new TaskTypeCounters());
        Behavior<TaskTypeActor.Command> supervised = Behaviors.supervise(
                        TaskTypeActor.create(around, orders::get, counted))
                .onFailure(SupervisorStrategy.restartWithBackoff(RESTART_SOON, RESTART_LATE, 0.2));
        ActorRef<TaskTypeActor.Command> ref = context.spawn(supervised, "task-type-" + id + "-" + spawned++);
        context.watchWith(ref, gone.apply(id));
        living.put(id, new Member(ref, orders));
    }

    /** Retires those that are not wanted any more. */
    void retireAllBut(Collection<Long> wanted) {
        living.forEach((id, member) -> {
            if (!wanted.contains(id)) {
                member.retire();
            }
        });
    }

    void remove(long taskTypeId) {
        living.remove(taskTypeId);
    }

    /** By name, else by id. */
    Optional<Member> find(String nameOrId) {
        Optional<Member> named = living.values().stream()
                .filter(member -> member.name().equals(nameOrId))
                .findFirst();
        return named.or(() -> living.entrySet().stream()
                .filter(entry -> Long.toString(entry.getKey()).equals(nameOrId))
                .map(Map.Entry::getValue)
                .findFirst());
    }

    @Nullable
    Member get(long taskTypeId) {
        return living.get(taskTypeId);
    }

    /** Pauses or resumes all, and those that are spawned later. */
    void steerAll(boolean pause) {
        pausedAll = pause;
        steered.clear();
        living.values().forEach(member -> member.steer(pause));
    }

    /** Pauses or resumes one, also when it is spawned again later. */
    void steer(Member member, boolean pause) {
        steered.put(member.orders().get().registration().taskType().id(), pause);
        member.steer(pause);
    }

    /** How many tickets of all that ever lived here ended this way. */
    long total(TicketStatus status) {
        return counters.values().stream().mapToLong(c -> c.of(status)).sum();
    }
}
