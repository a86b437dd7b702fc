package org.turing.runtime.actors.registry;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.turing.runtime.actors.gate.Gates;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.domain.Model;

/** The gates of the models that task types need, and where they live. Owned by the registry. */
final class GateSeats {

    private final ActorContext<TaskTypes.Command> context;
    private final Gates gates;
    private final Map<String, ActorRef<ModelGate.Command>> there = new HashMap<>();
    private final Set<String> needed = new HashSet<>();
    private Map<String, Model> models = Map.of();

    GateSeats(ActorContext<TaskTypes.Command> context, Gates gates) {
        this.context = context;
        this.gates = gates;
    }

    /** What the registry says of models now, and which of them are needed. Those that were keep their gates. */
    void follow(List<Model> rows, Set<String> neededNow) {
        models = rows.stream().collect(Collectors.toMap(Model::name, model -> model));
        needed.addAll(neededNow);
        needed.forEach(this::configure);
    }

    /** The gate of that model is needed, if anybody has needed it so far. */
    boolean isKnown(String model) {
        return needed.contains(model);
    }

    /** Tells the gate of that model. */
    void tell(String model, ModelGate.Command message) {
        gates.tell(model, message);
    }

    /** Those that are needed. */
    Set<String> all() {
        return Set.copyOf(needed);
    }

    /** A gate says that it is there. Returns whether it has begun since it was last heard of, and is at work. */
    boolean present(ModelGate.Present present) {
        needed.add(present.model());
        if (!present.configured()) {
            present.gate().tell(new ModelGate.Configure(slotsOf(present.model())));
            return false;
        }
        boolean moved = !present.gate().equals(there.put(present.model(), present.gate()));
        if (moved) {
            context.watchWith(present.gate(), new TaskTypes.GateGone(present.model(), present.gate()));
        }
        return moved;
    }

    /** It has ended, or its node has: it begins elsewhere. */
    void gone(TaskTypes.GateGone gone) {
        there.remove(gone.model(), gone.gate());
        remind();
    }

    /** Tells those once more that have not said that they are there. */
    void remind() {
        needed.stream().filter(model -> !there.containsKey(model)).forEach(this::configure);
    }

    /** Whether all that are needed have said that they are there. */
    boolean complete() {
        return there.keySet().containsAll(needed);
    }

    /** Another cluster works on the schema, and its gates go on with what these have written: they end. */
    void leave() {
        there.values().forEach(gate -> gate.tell(new ModelGate.HandOver()));
        needed.clear();
    }

    private void configure(String model) {
        gates.tell(model, new ModelGate.Configure(slotsOf(model)));
    }

    private int slotsOf(String model) {
        return models.getOrDefault(model, Model.withoutRow(model)).slots();
    }
}
