package org.turing.runtime.actors;

import java.util.Set;
import org.turing.runtime.ports.ClusterRow;

/** The row that names the cluster; runtimes of a {@link FakeWorld} all live on one host. */
final class FakeCluster implements ClusterRow {
    private long holder;

    @Override
    public synchronized Standing take(long runtimeId, Set<Long> membersOfMine) {
        if (holder != 0 && holder != runtimeId && !membersOfMine.contains(holder)) {
            return new Standing.HeldBy(
                    holder, "test-host", ProcessHandle.current().pid());
        }
        holder = runtimeId;
        return new Standing.Held();
    }

    synchronized long holder() {
        return holder;
    }

    @Override
    public synchronized void release(long runtimeId) {
        if (holder == runtimeId) {
            holder = 0;
        }
    }
}
