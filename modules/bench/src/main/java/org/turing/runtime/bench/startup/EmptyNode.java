package org.turing.runtime.bench.startup;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.Subscribe;
import org.turing.runtime.actors.cluster.ClusterConfig;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.bench.WallClock;

/**
 * A Pekko node that does nothing: a cluster of one under the settings of the runtime's, which prints the times at which
 * its guardian was up and at which it was a member, and waits for its end.
 */
public final class EmptyNode {

    /** The runtime's own asks its database, which an empty node does not have. */
    private static final String NOBODY_TO_ASK = "pekko.cluster.split-brain-resolver.active-strategy = keep-majority";

    private EmptyNode() {}

    public static void main(String[] arguments) {
        Config defaults = ConfigFactory.parseString(NOBODY_TO_ASK)
                .withFallback(ClusterConfig.reference())
                .withFallback(ConfigFactory.systemProperties())
                .resolve();
        ActorSystem.create(
                Behaviors.<SelfUp>setup(context -> {
                    System.out.println(WallClock.micros());
                    Cluster cluster = Cluster.get(context.getSystem());
                    cluster.subscriptions().tell(new Subscribe<>(context.getSelf(), SelfUp.class));
                    cluster.manager().tell(new Join(cluster.selfMember().address()));
                    return Behaviors.receiveMessage(up -> {
                        System.out.println(WallClock.micros());
                        return Behaviors.empty();
                    });
                }),
                "empty",
                ClusterConfig.over(defaults, ClusterSettings.OF_ONE));
    }
}
