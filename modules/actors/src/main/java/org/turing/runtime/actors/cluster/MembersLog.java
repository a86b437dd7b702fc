package org.turing.runtime.actors.cluster;

import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent.ClusterDomainEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.ClusterEvent.ReachableMember;
import org.apache.pekko.cluster.ClusterEvent.UnreachableMember;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** Says in the log who comes and goes. */
final class MembersLog extends AbstractBehavior<ClusterDomainEvent> {

    private final Cluster cluster;

    static Behavior<ClusterDomainEvent> create() {
        return Behaviors.setup(MembersLog::new);
    }

    private MembersLog(ActorContext<ClusterDomainEvent> context) {
        super(context);
        context.setLoggerName(MembersLog.class);
        cluster = Cluster.get(context.getSystem());
        cluster.subscriptions().tell(Subscribe.create(context.getSelf(), ClusterDomainEvent.class));
    }

    @Override
    public Receive<ClusterDomainEvent> createReceive() {
        return newReceiveBuilder()
                .onMessage(MemberUp.class, this::onUp)
                .onMessage(UnreachableMember.class, this::onUnreachable)
                .onMessage(ReachableMember.class, this::onReachable)
                .onMessage(MemberRemoved.class, this::onRemoved)
                .onAnyMessage(other -> this)
                .build();
    }

    private Behavior<ClusterDomainEvent> onUp(MemberUp event) {
        boolean self = event.member().equals(cluster.selfMember());
        getContext()
                .getLog()
                .info(
                        self ? "this node ({}; {}) is a member of the cluster" : "node {} ({}) has joined",
                        named(event.member()),
                        roles(event.member()));
        return this;
    }

    private Behavior<ClusterDomainEvent> onUnreachable(UnreachableMember event) {
        getContext().getLog().warn("node {} does not answer", named(event.member()));
        return this;
    }

    private Behavior<ClusterDomainEvent> onReachable(ReachableMember event) {
        getContext().getLog().info("node {} answers again", named(event.member()));
        return this;
    }

    private Behavior<ClusterDomainEvent> onRemoved(MemberRemoved event) {
        if (event.previousStatus().equals(MemberStatus.down())) {
            getContext().getLog().warn("node {} was given up: what it did goes on elsewhere", named(event.member()));
        } else {
            getContext().getLog().info("node {} has left", named(event.member()));
        }
        return this;
    }

    private static String named(Member member) {
        return member.address().host().get() + ":" + member.address().port().get();
    }

    private static String roles(Member member) {
        return member.getRoles().stream()
                .filter(role -> !role.startsWith("dc-"))
                .sorted()
                .collect(Collectors.joining(", "));
    }
}
