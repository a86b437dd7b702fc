package org.turing.runtime.actors.upkeep;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.turing.runtime.actors.event.Noticed;
import org.turing.runtime.ports.Notifications;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.Notifications.Subscription;

/** Carries PostgreSQL's notifications onto the event stream. */
public final class NotificationBridge {

    private NotificationBridge() {}

    /**
     * Listens until it is stopped.
     *
     * @param hearing told whether anything is heard
     */
    public static Behavior<Noticed> create(Notifications notifications, Hearing hearing) {
        return Behaviors.setup(context -> {
            context.setLoggerName(NotificationBridge.class);
            ActorRef<EventStream.Command> events = context.getSystem().eventStream();
            ActorRef<Noticed> self = context.getSelf();
            Subscription subscription =
                    notifications.listen(notice -> self.tell(new Noticed(System.nanoTime(), notice)));
            return Behaviors.receive(Noticed.class)
                    .onMessage(Noticed.class, noticed -> {
                        hearing.noticed(noticed.notice());
                        if (noticed.notice() instanceof Notice.Deaf deaf) {
                            context.getLog().warn(Hearing.told(deaf.reason()));
                        }
                        events.tell(new EventStream.Publish<>(noticed));
                        return Behaviors.same();
                    })
                    .onSignal(PostStop.class, stop -> {
                        subscription.close();
                        return Behaviors.same();
                    })
                    .build();
        });
    }
}
