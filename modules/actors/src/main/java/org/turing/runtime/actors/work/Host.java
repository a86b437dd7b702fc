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
        boolean draining,
        ActorRef<WorkerHost.Command> workers)
        implements Wire {
    public Host {
        models = Set.copyOf(models);
        gpus = List.copyOf(gpus);
        gpuMemory = gpuMemory == null ? Map.of() : Map.copyOf(gpuMemory); // earlier versions don't tell
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
