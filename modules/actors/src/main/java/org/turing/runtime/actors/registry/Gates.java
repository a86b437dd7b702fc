package org.turing.runtime.actors.registry;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
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
    private int spawned;

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

    /** Another cluster works on the schema, and its gates go on with what these have written: they end. */
    void leave() {
        byModel.values().forEach(context::stop);
        byModel.clear();
    }

    private ActorRef<ModelGate.Command> spawn(String model) {
        ModelGate.Surroundings needs = new ModelGate.Surroundings(
                around.settings().quantum(),
                around.ports().clock(),
                around.ports().epochs(),
                around.ports().lease()::ended,
                around.hosts());
        spawned++;
        ActorRef<ModelGate.Command> gate = context.spawn(
                ModelGate.create(model, needs), "gate-" + spawned + "-" + model.replaceAll("[^A-Za-z0-9_.-]", "_"));
        gate.tell(new ModelGate.Configure(slotsOf(model)));
        return gate;
    }

    private int slotsOf(String model) {
        return models.getOrDefault(model, Model.withoutRow(model)).slots();
    }
}
