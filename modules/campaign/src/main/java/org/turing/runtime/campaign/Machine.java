package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** What this machine lets the campaign do. */
final class Machine {

    private Machine() {}

    /**
     * Every kind of fault that can be had here.
     *
     * @param cluster whether what is struck is a cluster
     * @param skipped is told, in a line each, what can't and why
     */
    static List<FaultKind> kinds(boolean cluster, Consumer<String> skipped) throws IOException {
        List<FaultKind> kinds = new ArrayList<>(Arrays.asList(FaultKind.values()));
        if (!cluster) {
            kinds.removeIf(FaultKind::needsCluster);
        } else if (!canCut(skipped)) {
            kinds.remove(FaultKind.CUT_LINKS);
        }
        if (WrongClock.library().isEmpty()) {
            kinds.remove(FaultKind.JUMP_CLOCK);
            skipped.accept("skipped: " + FaultKind.JUMP_CLOCK.words()
                    + " (libfaketime is not installed; Debian: apt-get install faketime)");
        }
        Path folder = Files.createTempDirectory("turing-campaign-disk");
        try {
            SmallDisk.mount(folder, 1).close();
        } catch (IOException refused) {
            kinds.removeAll(List.of(FaultKind.FILL_DATABASE, FaultKind.FILL_DATA_FOLDER));
            skipped.accept("skipped: full disks (" + refused.getMessage() + ")");
        } finally {
            Files.delete(folder);
        }
        return kinds;
    }

    /**
     * Whether nodes can be cut off from each other here.
     *
     * @param skipped is told why not
     */
    static boolean canCut(Consumer<String> skipped) throws IOException {
        try {
            Network.create(1).close();
            return true;
        } catch (IOException refused) {
            skipped.accept("skipped: " + FaultKind.CUT_LINKS.words() + " (" + refused.getMessage() + ")");
            return false;
        }
    }
}
