package org.turing.runtime.actors.tasktype;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.turing.runtime.actors.cluster.Role;

/** The task types as entities of the cluster: the actor of each lives once, on one of the nodes that take such. */
public final class ShardedTaskTypes {

    private static final EntityTypeKey<TaskTypeActor.Command> KEY =
            EntityTypeKey.create(TaskTypeActor.Command.class, "task-type");

    private final ClusterSharding sharding;

    private ShardedTaskTypes(ClusterSharding sharding) {
        this.sharding = sharding;
    }

    /**
     * This node takes its share of them, if it is one of those.
     *
     * @param registry hears of each that it is there; must not block
     */
    public static ShardedTaskTypes start(
            ActorSystem<?> system, Surroundings around, Consumer<TaskTypeKeeper.Present> registry) {
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(
                        KEY,
                        entity -> TaskTypeKeeper.create(
                                Long.parseLong(entity.getEntityId()),
                                around,
                                registry,
                                self -> entity.getShard().tell(new ClusterSharding.Passivate<>(self))))
                .withRole(Role.CONTROL.inConfig())
                .withStopMessage(new TaskTypeActor.HandOver()));
        return new ShardedTaskTypes(sharding);
    }

    /** Tells that task type, wherever it lives; it is started by that if it does not live. */
    public void tell(long taskTypeId, TaskTypeActor.Command message) {
        sharding.entityRefFor(KEY, Long.toString(taskTypeId)).tell(message);
    }
}
