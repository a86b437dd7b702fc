package org.turing.runtime.actors.event;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.pubsub.Topic;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.ports.Notifications.Notice;

/**
 * Carries progress, and wishes to look again, from the event stream of each node to those of the others. What happens
 * within a moment travels together. Losing a message costs at most a poll.
 */
public final class EventRelay extends AbstractBehavior<EventRelay.Command> {

    /** How long progress waits for more of it before it travels. */
    static final Duration TOGETHER = Duration.ofMillis(20);

    /** What the relay is told. */
    public sealed interface Command {}

    private record Local(Progress progress) implements Command {}

    private record LocalNotice(Noticed noticed) implements Command {}

    private record Due() implements Command {}

    private record FromElsewhere(News news) implements Command {}

    /**
     * What travels.
     *
     * @param from the node that it comes from
     * @param steps what task types did there
     * @param wakes the task types that should look at their inboxes
     */
    public record News(UUID from, List<Progress.Step> steps, List<Long> wakes) implements Wire {
        public News {
            steps = List.copyOf(steps);
            wakes = List.copyOf(wakes);
        }
    }

    private final UUID self = UUID.randomUUID();
    private final TimerScheduler<Command> timers;
    private final ActorRef<Topic.Command<News>> topic;
    private final ActorRef<EventStream.Command> events;
    private final Map<Long, Progress.Step> steps = new LinkedHashMap<>();
    private final Map<Long, Long> wakes = new LinkedHashMap<>();

    public static Behavior<Command> create() {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new EventRelay(context, timers)));
    }

    private EventRelay(ActorContext<Command> context, TimerScheduler<Command> timers) {
        super(context);
        this.timers = timers;
        this.topic = context.spawn(Topic.create(News.class, "turing-events"), "topic");
        this.events = context.getSystem().eventStream();
        topic.tell(Topic.subscribe(context.messageAdapter(News.class, FromElsewhere::new)));
        events.tell(new EventStream.Subscribe<>(Progress.class, context.messageAdapter(Progress.class, Local::new)));
        events.tell(
                new EventStream.Subscribe<>(Noticed.class, context.messageAdapter(Noticed.class, LocalNotice::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Local.class, this::onLocal)
                .onMessage(LocalNotice.class, this::onLocalNotice)
                .onMessage(Due.class, m -> onDue())
                .onMessage(FromElsewhere.class, this::onFromElsewhere)
                .build();
    }

    private Behavior<Command> onLocal(Local local) {
        if (!local.progress().fromElsewhere()) {
            local.progress().steps().forEach(step -> steps.merge(step.taskType().id(), step, Progress.Step::and));
            soon();
        }
        return this;
    }

    /** PostgreSQL itself tells every node; what this runtime noticed beside that is known here alone. */
    private Behavior<Command> onLocalNotice(LocalNotice local) {
        if (local.noticed().ours() && local.noticed().notice() instanceof Notice.Wake wake) {
            Long taskTypeId = wake.taskTypeId();
            if (taskTypeId != null) {
                wakes.put(taskTypeId, taskTypeId);
                soon();
            }
        }
        return this;
    }

    private void soon() {
        if (!timers.isTimerActive("due")) {
            timers.startSingleTimer("due", new Due(), TOGETHER);
        }
    }

    private Behavior<Command> onDue() {
        topic.tell(Topic.publish(new News(self, List.copyOf(steps.values()), List.copyOf(wakes.values()))));
        steps.clear();
        wakes.clear();
        return this;
    }

    private Behavior<Command> onFromElsewhere(FromElsewhere message) {
        News news = message.news();
        if (news.from().equals(self)) {
            return this;
        }
        long now = System.nanoTime();
        if (!news.steps().isEmpty()) {
            events.tell(new EventStream.Publish<>(new Progress(now, news.steps(), true)));
        }
        news.wakes()
                .forEach(id -> events.tell(new EventStream.Publish<>(new Noticed(now, new Notice.Wake(id), false))));
        return this;
    }
}
