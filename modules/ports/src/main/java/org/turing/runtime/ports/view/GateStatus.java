package org.turing.runtime.ports.view;

import java.util.List;

/**
 * A model's gate at a glance.
 *
 * @param model the model
 * @param slots how many subjects it serves at a time
 * @param state {@code open}, {@code paused}, or {@code blocked} (no slots)
 * @param holders who holds slots now
 * @param waiting who waits for slots, first in line first
 * @param granted slots granted since the runtime started
 * @param busySeconds slot-seconds held since the runtime started
 */
public record GateStatus(
        String model,
        int slots,
        String state,
        List<Party> holders,
        List<Party> waiting,
        long granted,
        double busySeconds) {

    /**
     * @param taskType who
     * @param slots how many slots it holds or asks for
     * @param seconds for how long already
     */
    public record Party(String taskType, int slots, double seconds) {}
}
