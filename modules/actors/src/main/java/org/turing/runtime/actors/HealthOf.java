package org.turing.runtime.actors;

import java.util.Locale;
import org.apache.pekko.cluster.MemberStatus;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.ports.view.NodeHealth;

/** What a node's place in the cluster and its lease say about its health. */
final class HealthOf {

    /** Of a node that has left its cluster or was removed from it: it does not come back but by a new start. */
    static final NodeHealth GONE = gone("the node is no member of its cluster any more");

    private HealthOf() {}

    /**
     * @param membership the node's own; removed until it has joined
     * @param condition of its lease
     * @param draining whether it was asked to leave
     */
    static NodeHealth node(MemberStatus membership, LeaseKeeper.Condition condition, boolean draining) {
        boolean joined = !membership.equals(MemberStatus.removed()) && !membership.equals(MemberStatus.joining());
        String notStarted = !joined
                ? "the node has not joined its cluster yet"
                : condition.runtimeId() == 0 ? "the runtime is starting: it has no lease yet" : null;
        return new NodeHealth(null, notStarted, notReady(membership, condition, draining, notStarted));
    }

    private static @Nullable String notReady(
            MemberStatus membership, LeaseKeeper.Condition condition, boolean draining, @Nullable String notStarted) {
        if (condition.problem() != null) {
            return "the database can't serve: " + condition.problem();
        }
        if (draining) {
            return "the runtime is draining";
        }
        if (notStarted != null) {
            return notStarted;
        }
        if (!membership.equals(MemberStatus.up())) {
            return "the node is " + membership.toString().toLowerCase(Locale.ROOT) + " in its cluster, not up";
        }
        return condition.held() ? null : "the runtime's lease has lapsed";
    }

    private static NodeHealth gone(String why) {
        return new NodeHealth(why, null, why);
    }
}
