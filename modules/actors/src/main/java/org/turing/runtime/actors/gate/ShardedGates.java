package org.turing.runtime.actors.gate;

import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.turing.runtime.actors.cluster.Role;

/** The gates as entities of the cluster: each lives once, on one of the nodes that take such. */
public final class ShardedGates implements Gates {

    private static final EntityTypeKey<ModelGate.Command> KEY = EntityTypeKey.create(ModelGate.Command.class, "gate");

    private final ClusterSharding sharding;

    private ShardedGates(ClusterSharding sharding) {
        this.sharding = sharding;
    }

    /** This node takes its share of them, if it is one of those. */
    public static ShardedGates start(ActorSystem<?> system, ModelGate.Surroundings around) {
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(KEY, entity -> ModelGate.create(entity.getEntityId(), around))
                .withRole(Role.CONTROL.inConfig())
                .withStopMessage(new ModelGate.HandOver()));
        return new ShardedGates(sharding);
    }

    @Override
    public void tell(String model, ModelGate.Command message) {
        sharding.entityRefFor(KEY, model).tell(message);
    }
}
