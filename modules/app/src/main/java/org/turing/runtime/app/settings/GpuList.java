package org.turing.runtime.app.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.turing.runtime.domain.Gpu;

/** Reads a list of cards: {@code [{ name = "0", memory = 24 GiB }]}. */
final class GpuList {

    private static final String ALLOWED =
            "must be a list such as [{ name = \"0\", memory = 24 GiB }], with a name that no"
                    + " other has and a memory from 1 MiB to 1 PiB each";
    private static final long LEAST = 1L << 20;
    private static final long MOST = 1L << 50;

    private final SettingsReader reader;
    private final String key;

    GpuList(SettingsReader reader, String key) {
        this.reader = reader;
        this.key = key;
    }

    List<Gpu> read() {
        List<Gpu> gpus = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try {
            for (Config entry : reader.objects(key)) {
                Gpu gpu = new Gpu(entry.getString("name"), entry.getBytes("memory"));
                boolean more =
                        !Set.of("name", "memory").containsAll(entry.root().keySet());
                boolean sane = gpu.memory() >= LEAST && gpu.memory() <= MOST;
                if (gpu.name().isBlank() || !names.add(gpu.name()) || !sane || more) {
                    return refused();
                }
                gpus.add(gpu);
            }
            return gpus;
        } catch (ConfigException other) {
            return refused();
        }
    }

    private List<Gpu> refused() {
        reader.refuse(key, key, ALLOWED);
        return List.of();
    }
}
