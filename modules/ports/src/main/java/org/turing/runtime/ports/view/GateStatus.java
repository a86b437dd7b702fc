package org.turing.runtime.ports.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's gate at a glance.
 *
 * @param model the model
 * @param slots how many subjects it serves at a time
 * @param state {@code open}, {@code paused}, {@code blocked} (no slots), {@code unserved} (no host that may serve it),
 *     or {@code starting}
 * @param quarantined slots whose holder failed or whose host is gone, and whose processes are not seen to have ended
 * @param holders who holds slots now, quarantined ones included; not those that lie idle for a moment before they are
 *     released, as anybody who asks gets them
 * @param waiting who waits for slots, first in line first
 * @param granted slots granted since the gate started
 * @param busySeconds slot-seconds held since the gate started
 * @param alarm why it idles while work waits, or null
 * @param where the node of its actor, and on which hosts how many slots are
 */
public record GateStatus(
        String model,
        int slots,
        String state,
        int quarantined,
        List<Party> holders,
        List<Party> waiting,
        long granted,
        double busySeconds,
        @Nullable String alarm,
        Whereabouts where) {

    public GateStatus {
        where = Whereabouts.orUnknown(where);
    }

    /** The same gate with an alarm, or without one. */
    public GateStatus withAlarm(@Nullable String now) {
        return new GateStatus(model, slots, state, quarantined, holders, waiting, granted, busySeconds, now, where);
    }

    /**
     * @param taskType who
     * @param slots how many slots it holds or asks for
     * @param seconds for how long already
     */
    public record Party(String taskType, int slots, double seconds) {}
}
