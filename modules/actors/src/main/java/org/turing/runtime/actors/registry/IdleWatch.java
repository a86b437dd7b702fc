package org.turing.runtime.actors.registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.upkeep.LeaseKeeper;

/**
 * Sounds an alarm when a gate idles while subjects wait for its model, with the reason: in the log once, in status as
 * long as it lasts. Looks every few seconds; inboxes are counted only where something keeps their task type from
 * looking.
 */
public final class IdleWatch extends AbstractBehavior<IdleWatch.Command> {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** What the watch is asked. */
    public sealed interface Command {}

    private record LookDue() implements Command {}

    private record DatabaseSaid(@Nullable String problem) implements Command {}

    private record StandingsIn(TaskTypes.Standings standings) implements Command {}

    /** @param byModel why a model's gate idles, for those that do */
    public record Alarms(Map<String, String> byModel) {
        public Alarms {
            byModel = Map.copyOf(byModel);
        }
    }

    private final ActorRef<TaskTypes.Command> taskTypes;
    private final ActorRef<LeaseKeeper.Command> lease;
    private final Duration patience;
    private final ActorRef<Alarms> listener;
    private final TimerScheduler<Command> timers;
    private final ActorRef<TaskTypes.Standings> standings;
    private final ActorRef<LeaseKeeper.Condition> condition;
    private final Map<String, Long> since = new HashMap<>();
    private Map<String, String> alarms = Map.of();
    private @Nullable String databaseProblem;
    private boolean counting;

    /**
     * @param patience how long a gate may idle before it is an alarm
     * @param listener hears what is wrong whenever that changes
     */
    public static Behavior<Command> create(
            ActorRef<TaskTypes.Command> taskTypes,
            ActorRef<LeaseKeeper.Command> lease,
            Duration patience,
            ActorRef<Alarms> listener) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new IdleWatch(context, timers, taskTypes, lease, patience, listener)));
    }

    private IdleWatch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ActorRef<TaskTypes.Command> taskTypes,
            ActorRef<LeaseKeeper.Command> lease,
            Duration patience,
            ActorRef<Alarms> listener) {
        super(context);
        context.setLoggerName(IdleWatch.class);
        this.taskTypes = taskTypes;
        this.lease = lease;
        this.patience = patience;
        this.listener = listener;
        this.timers = timers;
        this.standings = context.messageAdapter(TaskTypes.Standings.class, StandingsIn::new);
        this.condition =
                context.messageAdapter(LeaseKeeper.Condition.class, known -> new DatabaseSaid(known.problem()));
        Duration third = patience.dividedBy(3);
        timers.startTimerWithFixedDelay(
                "look", new LookDue(), third.compareTo(LONGEST_PAUSE) < 0 ? third : LONGEST_PAUSE);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(LookDue.class, m -> look())
                .onMessage(DatabaseSaid.class, this::onDatabaseSaid)
                .onMessage(StandingsIn.class, this::onStandings)
                .build();
    }

    private Behavior<Command> look() {
        counting = false;
        lease.tell(new LeaseKeeper.WhatIsWrong(condition));
        taskTypes.tell(new TaskTypes.GetGateStandings(false, standings));
        return this;
    }

    private Behavior<Command> onDatabaseSaid(DatabaseSaid said) {
        databaseProblem = said.problem();
        return this;
    }

    private Behavior<Command> onStandings(StandingsIn in) {
        TaskTypes.Standings now = in.standings();
        if (!counting && databaseProblem == null && IdleGates.doubtful(now.gates(), now.taskTypes())) {
            counting = true;
            taskTypes.tell(new TaskTypes.GetGateStandings(true, standings));
            return this;
        }
        judge(IdleGates.why(now.gates(), now.taskTypes(), databaseProblem), System.nanoTime());
        return this;
    }

    private void judge(Map<String, String> idle, long now) {
        since.keySet().retainAll(idle.keySet());
        Map<String, String> lasting = new TreeMap<>();
        idle.forEach((model, why) -> {
            long began = since.computeIfAbsent(model, first -> now);
            if (now - began >= patience.toNanos()) {
                lasting.put(model, why);
            }
        });
        lasting.forEach((model, why) -> {
            if (!alarms.containsKey(model)) {
                getContext().getLog().warn("model '{}' idles while work waits: {}", model, why);
            }
        });
        alarms.keySet().stream()
                .filter(model -> !lasting.containsKey(model))
                .forEach(model -> getContext().getLog().info("model '{}' no longer idles while work waits", model));
        if (!lasting.equals(alarms)) {
            listener.tell(new Alarms(lasting));
        }
        alarms = lasting;
    }
}
