package org.turing.runtime.app.program;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Consumer;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets Java give memory back that it does not use. A start makes some hundred megabytes of garbage, and the little
 * collections of a runtime at rest leave the heap as large as that made it; but models and scripts live on the same
 * machine. One collection after the work gives that back, and what a runtime at rest leaves lying needs no other one
 * soon.
 */
public final class SpareHeap {

    private static final Logger log = LoggerFactory.getLogger(SpareHeap.class);

    /** After work: without a collection for so long, one is made beside what little there is to do. */
    static final Duration SOON = Duration.ofSeconds(30);

    /** What one at rest leaves to the next, which costs a processor some 0.15 s like the first. */
    static final Duration SELDOM = Duration.ofMinutes(5);

    /** What HotSpot says of a collection that nothing but the interval asked for. */
    static final String AT_REST = "G1 Periodic Collection";

    private static final String INTERVAL = "G1PeriodicGCInterval";

    private final Consumer<Duration> interval;
    private Duration latest = Duration.ZERO;

    /** @param interval sets after what time without a collection one is made */
    SpareHeap(Consumer<Duration> interval) {
        this.interval = interval;
    }

    /** From now on spare memory goes back. What was set on Java's command line stays as it is. */
    public static void giveBack() {
        HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (java == null) {
            return; // another Java, with ways of its own
        }
        // Percent of the heap that are free after a collection, in an order in which each fits the other.
        setUnlessChosen(java, "MinHeapFreeRatio", 10);
        setUnlessChosen(java, "MaxHeapFreeRatio", 20);
        if (setUnlessChosen(java, INTERVAL, SOON.toMillis())) {
            new SpareHeap(now -> set(java, INTERVAL, now.toMillis())).listen();
        }
    }

    private static boolean setUnlessChosen(HotSpotDiagnosticMXBean java, String option, long value) {
        try {
            if (java.getVMOption(option).getOrigin() == VMOption.Origin.DEFAULT) {
                set(java, option, value);
                return true;
            }
        } catch (IllegalArgumentException refused) {
            log.debug("Java's option {} stays as it is: {}", option, refused.toString());
        }
        return false;
    }

    private static void set(HotSpotDiagnosticMXBean java, String option, long value) {
        java.setVMOption(option, Long.toString(value));
    }

    private void listen() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(
                        (notification, any) -> {
                            if (notification.getUserData() instanceof CompositeData data) {
                                GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
                                collected(
                                        info.getGcCause(),
                                        Duration.ofMillis(info.getGcInfo().getEndTime()));
                            }
                        },
                        null,
                        null);
            }
        }
    }

    /**
     * A collection has ended.
     *
     * @param cause why it was made
     * @param at since Java started
     */
    synchronized void collected(String cause, Duration at) {
        if (cause.equals(AT_REST)) {
            interval.accept(SELDOM);
        } else if (at.minus(latest).compareTo(SOON) < 0) {
            interval.accept(SOON); // they come often where there is work
        }
        latest = at;
    }
}
