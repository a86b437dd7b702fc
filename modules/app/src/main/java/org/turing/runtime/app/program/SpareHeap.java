package org.turing.runtime.app.program;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
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
    static final Duration SOON = Duration.ofSeconds(30);

    /** What one at rest leaves to the next, which costs a processor some 0.15 s like the first. */
    static final Duration SELDOM = Duration.ofMinutes(5);

    /** So many collections, each soon after the one before, mean work. At rest what one has marked takes some eight. */
    static final int WORK = 20;

    /** What HotSpot says of a collection that nothing but the interval asked for. */
    static final String AT_REST = "G1 Periodic Collection";

    /** How much of the heap is free after a collection in which its size is thought over, as HotSpot has it. */
    private static final Free USUAL = new Free(40, 70);

    /** The same at rest. Where there is work, a heap as small would be collected without end. */
    private static final Free LITTLE = new Free(10, 20);

    /** @param least percent, and most percent, of the heap */
    record Free(int least, int most) {}

    /** What is set of Java. */
    interface Settings {

        /** After what time without a collection one is made. */
        void interval(Duration interval);

        /** How much stays free. */
        void free(Free free);
    }

    private final Settings settings;
    private Duration latest = Duration.ZERO;
    private int inARow;

    SpareHeap(Settings settings) {
        this.settings = settings;
    }

    /** From now on spare memory goes back. What was set on Java's command line stays as it is. */
    public static void giveBack() {
        HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (java == null) {
            return; // another Java, with ways of its own
        }
        Options options = new Options(java);
        options.interval(SOON);
        new SpareHeap(options).listen();
    }

    /** Those of HotSpot that may be changed while it runs. */
    private static final class Options implements Settings {

        private static final String INTERVAL = "G1PeriodicGCInterval";
        private static final String LEAST = "MinHeapFreeRatio";
        private static final String MOST = "MaxHeapFreeRatio";

        private final HotSpotDiagnosticMXBean java;
        private final Set<String> chosen;

        Options(HotSpotDiagnosticMXBean java) {
            this.java = java;
            this.chosen =
                    Stream.of(INTERVAL, LEAST, MOST).filter(this::isChosen).collect(Collectors.toSet());
        }

        private boolean isChosen(String option) {
            try {
                return java.getVMOption(option).getOrigin() != VMOption.Origin.DEFAULT;
            } catch (IllegalArgumentException unknown) {
                return true;
            }
        }

        @Override
        public void interval(Duration interval) {
            set(INTERVAL, interval.toMillis());
        }

        /** In an order in which each fits the other. */
        @Override
        public void free(Free free) {
            if (free.least() > LITTLE.least()) {
                set(MOST, free.most());
                set(LEAST, free.least());
            } else {
                set(LEAST, free.least());
                set(MOST, free.most());
            }
        }

        private void set(String option, long value) {
            if (chosen.contains(option)) {
                return;
            }
            try {
                java.setVMOption(option, Long.toString(value));
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
            settings.free(LITTLE); // in time: the heap's size is thought over when all live objects are marked
            settings.interval(SELDOM);
        }
        inARow = at.minus(latest).compareTo(SOON) < 0 ? inARow + 1 : 0;
        if (inARow == WORK) {
            settings.free(USUAL);
            settings.interval(SOON);
        }
        latest = at;
    }
}
