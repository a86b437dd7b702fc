package org.turing.runtime.actors.work;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.Wire;

/**
 * A machine that runs scripts, as the others see it.
 *
 * @param runtimeId the identity for which its work is claimed; 0 while it holds no lease, and takes no work
 * @param name the machine's name, for people
 * @param cores how many scripts without a model it runs at a time, for a task type without a {@code scale_limit}
 * @param models the models that it may serve; empty: all
 * @param gpus its cards by name, in the order in which slots go to them; empty: not told
 * @param gpuMemory how much memory each of them has, in bytes, for people
 * @param loaded those of the models that are in its memory now, as far as it knows
 * @param draining whether it finishes what runs and takes nothing more
 * @param workers who runs its scripts
 */
public record Host(
        long runtimeId,
        String name,
        int cores,
        Set<String> models,
        List<String> gpus,
        Map<String, Long> gpuMemory,
        Set<String> loaded,
        boolean draining,
        ActorRef<WorkerHost.Command> workers)
        implements Wire {
    public Host {
        models = Set.copyOf(models);
        gpus = List.copyOf(gpus);
        // Earlier versions tell neither.
        gpuMemory = gpuMemory == null ? Map.of() : Map.copyOf(gpuMemory);
        loaded = loaded == null ? Set.of() : Set.copyOf(loaded);
    }

    /** Whether it takes work now. */
    public boolean takesWork() {
        return runtimeId != 0 && !draining;
    }

    /** Whether it may serve that model. */
    public boolean serves(String model) {
        return models.isEmpty() || models.contains(model);
    }
}
