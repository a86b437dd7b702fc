package org.turing.runtime.actors.cluster;

import com.typesafe.config.Config;
import java.util.List;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.remote.RemoteTransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a node, and a member of its cluster of it. */
public final class Forming {

    private static final Logger LOG = LoggerFactory.getLogger(Forming.class);

    /** The same for all nodes: it is a part of every address. */
    private static final String SYSTEM = "turing";

    private Forming() {}

    /**
     * Starts a node. It joins in its own time: a cluster of one is there at once; a node with seeds asks them until one
     * answers, and the first of the seeds forms a new cluster if none of the others does so within 5 s.
     *
     * @param guardian the root of its actors
     * @param defaults of {@link ClusterConfig#reference}, with what the user changed, resolved
     * @param setup what the system is handed that can't stand in settings
     * @throws CannotListen if it can't listen where it should
     */
    public static <T> ActorSystem<T> start(
            Behavior<T> guardian, ClusterSettings settings, Config defaults, ActorSystemSetup setup) {
        ActorSystem<T> system;
        try {
            Config config = ClusterConfig.over(defaults, settings);
            system = ActorSystem.create(guardian, SYSTEM, setup.and(BootstrapSetup.create(config)));
        } catch (RemoteTransportException cannotListen) {
            throw explained(settings, cannotListen);
        }
        if (!settings.alone()) {
            LOG.info("asking to be let in at {}", settings.seeds());
            system.systemActorOf(MembersLog.create(), "members-log", Props.empty());
        }
        join(system, settings);
        return system;
    }

    private static void join(ActorSystem<?> system, ClusterSettings settings) {
        Cluster cluster = Cluster.get(system);
        Address self = cluster.selfMember().address();
        if (settings.alone()) {
            cluster.manager().tell(Join.create(self));
        } else {
            List<Address> seeds = settings.seeds().stream()
                    .map(seed -> new Address(self.protocol(), SYSTEM, seed.host(), seed.port()))
                    .toList();
            cluster.manager().tell(new JoinSeedNodes(seeds));
        }
    }

    private static CannotListen explained(ClusterSettings settings, RemoteTransportException failure) {
        String host = settings.bindHost() == null ? settings.host() : settings.bindHost();
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return new CannotListen(
                "the node can't listen for others on port " + settings.port() + " of " + host + ": "
                        + cause.getMessage()
                        + ". Fix: turing.cluster.port must be free, and turing.cluster.host (or bind-host) one of this"
                        + " machine's own addresses",
                failure);
    }
}
