package org.turing.runtime.app.access;

import java.util.Optional;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.embedded.DataFolder;
import org.turing.runtime.embedded.RunningRuntime;
import org.turing.runtime.monitoring.client.RuntimeClient;

/**
 * A running runtime, as a command finds it.
 *
 * @param pid its process
 * @param client the way to ask it
 */
public record RuntimeAccess(long pid, RuntimeClient client) {

    /** The runtime that runs on the data folder, if one does. */
    public static Optional<RuntimeAccess> find(Settings settings) {
        return DataFolder.findRunning(settings.data()).map(RuntimeAccess::of);
    }

    /**
     * The runtime that runs on the data folder.
     *
     * @throws NoRuntime if none does
     */
    public static RuntimeAccess get(Settings settings) throws NoRuntime {
        return find(settings).orElseThrow(() -> new NoRuntime(settings.data()));
    }

    private static RuntimeAccess of(RunningRuntime running) {
        return new RuntimeAccess(running.pid(), RuntimeClient.of(running.host(), running.httpPort(), running.token()));
    }
}
