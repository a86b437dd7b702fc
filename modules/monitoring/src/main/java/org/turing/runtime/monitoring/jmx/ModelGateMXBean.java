package org.turing.runtime.monitoring.jmx;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's gate at a glance: {@code org.turing.runtime:type=ModelGate,name=…}.
 *
 * <p>The values are extremely transient, as {@link TuringRuntimeMXBean} explains; who holds a slot now may have given
 * it back. The bean goes when no task type needs the model any more. Attributes and operations throw
 * {@link IllegalStateException} when the runtime does not know the gate (any more), does not do what it was asked or
 * does not answer in 10 s.
 */
public interface ModelGateMXBean {

    /** The model. */
    String getModel();

    /** How many subjects it serves at a time. */
    int getSlots();

    /** Slots that are held. */
    int getSlotsHeld();

    /**
     * {@code open}, {@code paused}, {@code blocked} (no slots), {@code unserved} (no host that may serve it), or
     * {@code starting}.
     */
    String getState();

    /** Slots whose holder failed and whose processes are not seen to have ended. */
    int getSlotsQuarantined();

    /** Why it idles while work waits, or null. */
    @Nullable
    String getAlarm();

    /** Who holds slots now, for people: {@code clara_a: 1 slot for 12.3 s}. */
    List<String> getHolders();

    /** Who waits for slots, first in line first, for people: {@code alma: 2 slots for 0.4 s}. */
    List<String> getWaiting();

    /** How many task types wait. */
    int getWaitingCount();

    /** How long the longest of them has waited, in seconds; 0 if none waits. */
    double getLongestWaitSeconds();

    /** Slots granted since the runtime started. */
    long getGranted();

    /** Slot-seconds held since the runtime started. */
    double getBusySeconds();

    /** The name of the node on which its actor lives; empty while that is not known. */
    String getLivesOn();

    /** How many slots are on each host, by the host's name. */
    Map<String, Integer> getSlotsOn();

    /**
     * Stops it from granting slots; what runs goes on.
     *
     * @return what was done
     */
    String pause();

    /**
     * Undoes {@link #pause}.
     *
     * @return what was done
     */
    String resume();
}
