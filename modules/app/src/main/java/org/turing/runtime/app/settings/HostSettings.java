package org.turing.runtime.app.settings;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.Gpu;

/**
 * What this machine offers ({@code turing.host}), and what it is called ({@code turing.cluster.name}).
 *
 * @param name its name for people, or null for the one that the machine has
 * @param models the models that it may serve; empty: all
 * @param gpus its cards; empty: not told
 * @param cores how many scripts without a model it runs at a time, or null for the cores that it has
 */
public record HostSettings(
        @Nullable String name,
        Set<String> models,
        List<Gpu> gpus,
        @Nullable Integer cores) {
    public HostSettings {
        models = Set.copyOf(models);
        gpus = List.copyOf(gpus);
    }

    /** Its name for people and tickets. */
    public String nameOr(String machine) {
        return name == null ? machine : name;
    }

    /** What the host offers; what is not set is the machine's. */
    public WorkerHost.Offer offer(WorkerHost.Offer machine) {
        return new WorkerHost.Offer(nameOr(machine.name()), cores == null ? machine.cores() : cores, models, gpus);
    }
}
