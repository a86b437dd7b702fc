package org.turing.runtime.actors.registry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.tasktype.Surroundings;
import org.turing.runtime.domain.Model;

/**
 * The gates of the models that task types here need, each spawned when the first one needs it. Owned by the registry.
 */
final class Gates {

    private final ActorContext<TaskTypes.Command> context;
    private final Surroundings around;
    private final Map<String, ActorRef<ModelGate.Command>> byModel = new TreeMap<>();
    private Map<String, Model> models = Map.of();

    Gates(ActorContext<TaskTypes.Command> context, Surroundings around) {
        this.context = context;
        this.around = around;
    }

    /** What the registry says of models now. */
    void follow(List<Model> rows) {
        models = rows.stream().collect(Collectors.toMap(Model::name, model -> model));
        byModel.forEach((model, gate) -> gate.tell(new ModelGate.Configure(slotsOf(model))));
    }

    /** The gate of a model that a task type needs; null for none. */
    @Nullable
    ActorRef<ModelGate.Command> needed(@Nullable String model) {
        return model == null ? null : byModel.computeIfAbsent(model, this::spawn);
    }

    /** The gate of that model, or null if nobody has needed it. */
    @Nullable
    ActorRef<ModelGate.Command> known(String model) {
        return byModel.get(model);
    }

    List<ActorRef<ModelGate.Command>> all() {
        return List.copyOf(byModel.values());
    }

    private ActorRef<ModelGate.Command> spawn(String model) {
        Behavior<ModelGate.Command> gate = Behaviors.supervise(ModelGate.create(
                        model, around.settings().quantum(), around.ports().clock(), around.hosts()))
                .onFailure(SupervisorStrategy.resume());
        ActorRef<ModelGate.Command> spawned =
                context.spawn(gate, "gate-" + byModel.size() + "-" + model.replaceAll("[^A-Za-z0-9_.-]", "_"));
        spawned.tell(new ModelGate.Configure(slotsOf(model)));
        return spawned;
    }

    private int slotsOf(String model) {
        return models.getOrDefault(model, Model.withoutRow(model)).slots();
    }
}
