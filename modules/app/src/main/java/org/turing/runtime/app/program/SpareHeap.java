package org.turing.runtime.app.program;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private static final Duration SOON = Duration.ofSeconds(30);

    /** What one at rest leaves to the next, which costs a processor some 0.15 s like the first. */
    private static final Duration SELDOM = Duration.ofMinutes(5);

    /** So many collections, each soon after the one before, mean work. At rest what one has marked takes some eight. */
    static final int WORK = 20;

    /** What HotSpot says of a collection that nothing but the interval asked for. */
    static final String AT_REST = "G1 Periodic Collection";

    /** What is set of Java. */
    enum Pace {
        /**
         * The part of the heap that stays free is HotSpot's own: with a smaller one it would be collected without end.
         */
        WORKING(SOON, 40, 70),
        RESTING(SELDOM, 10, 20);

        private final Duration interval;
        private final int leastFree;
        private final int mostFree;

        /**
         * @param interval after what time without a collection one is made
         * @param leastFree percent of the heap after a collection in which its size is thought over
         * @param mostFree the same
         */
        Pace(Duration interval, int leastFree, int mostFree) {
            this.interval = interval;
            this.leastFree = leastFree;
            this.mostFree = mostFree;
        }
    }

    private final Consumer<Pace> java;
    private Duration latest = Duration.ZERO;
    private int inARow;

    /** @param java is told of each change */
    SpareHeap(Consumer<Pace> java) {
        this.java = java;
    }

    /** From now on spare memory goes back. What was set on Java's command line stays as it is. */
    public static void giveBack() {
        HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (hotSpot == null) {
            return; // another Java, with ways of its own
        }
        Options options = new Options(hotSpot);
        options.set(Pace.WORKING);
        new SpareHeap(options::set).listen();
    }

    /** Those of HotSpot that may be changed while it runs, but for those that somebody has chosen. */
    static final class Options {

        private static final String INTERVAL = "G1PeriodicGCInterval";
        private static final String LEAST = "MinHeapFreeRatio";
        private static final String MOST = "MaxHeapFreeRatio";

        private final HotSpotDiagnosticMXBean hotSpot;
        private final Set<String> free;

        Options(HotSpotDiagnosticMXBean hotSpot) {
            this.hotSpot = hotSpot;
            this.free = Stream.of(INTERVAL, LEAST, MOST).filter(this::isFree).collect(Collectors.toSet());
        }

        private boolean isFree(String option) {
            try {
                return hotSpot.getVMOption(option).getOrigin() == VMOption.Origin.DEFAULT;
            } catch (IllegalArgumentException unknown) {
                return false;
            }
        }

        void set(Pace pace) {
            set(LEAST, 0); // whatever is the most, this fits it
            set(MOST, pace.mostFree);
            set(LEAST, pace.leastFree);
            set(INTERVAL, pace.interval.toMillis());
        }

        private void set(String option, long value) {
            if (!free.contains(option)) {
                return;
            }
            try {
                hotSpot.setVMOption(option, Long.toString(value));
            } catch (IllegalArgumentException refused) {
                log.debug("Java's option {} stays as it is: {}", option, refused.toString());
            }
        }
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
            java.accept(Pace.RESTING); // in time: the heap's size is thought over when all live objects are marked
        }
        inARow = at.minus(latest).compareTo(SOON) < 0 ? inARow + 1 : 0;
        if (inARow == WORK) {
            java.accept(Pace.WORKING);
        }
        latest = at;
    }
}
