package org.turing.runtime.actors.work;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.gate.ModelGate;
import org.turing.runtime.actors.work.WorkerHost.SlotId;

/** Tells gates when slots are clear whose holders were lost, and remembers which were. Owned by a worker host. */
final class SlotWatch {

    /** So many slots that were reported clear are remembered, against runs for them that come late. */
    private static final int CLEARED = 1_000;

    private record Watcher(SlotId slot, ActorRef<ModelGate.Command> gate) {}

    private final RunsUnderWay running;
    private final List<Watcher> watchers = new ArrayList<>();
    private final Set<SlotId> cleared = new LinkedHashSet<>();

    SlotWatch(RunsUnderWay running) {
        this.running = running;
    }

    void watch(WorkerHost.ReportWhenClear request) {
        watchers.add(new Watcher(new SlotId(request.model(), request.leaseId()), request.replyTo()));
        report();
    }

    /** Something may have become clear. */
    void report() {
        watchers.removeIf(watcher -> {
            boolean busy = running.on(watcher.slot());
            if (!busy) {
                remember(watcher.slot());
                watcher.gate().tell(new ModelGate.LaneCleared(watcher.slot().leaseId()));
            }
            return !busy;
        });
    }

    private void remember(SlotId slot) {
        cleared.add(slot);
        if (cleared.size() > CLEARED) {
            cleared.remove(cleared.iterator().next());
        }
    }

    /** Whether that slot was reported clear, and is another's by now. */
    boolean cleared(@Nullable SlotId slot) {
        return cleared.contains(slot);
    }
}
