package org.turing.runtime.app.program;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets Java give memory back that it does not use. A start makes some hundred megabytes of garbage, and the little
 * collections of a runtime at rest leave the heap as large as that made it; but models and scripts live on the same
 * machine.
 */
public final class SpareHeap {

    private static final Logger log = LoggerFactory.getLogger(SpareHeap.class);

    /** Without a collection for so long, one is made beside the work. Little ones come about once a minute at rest. */
    private static final Duration COLLECT_AFTER = Duration.ofSeconds(30);

    /** Options of HotSpot that may be changed while it runs, in an order in which each fits those before it. */
    private static final List<Option> OPTIONS = List.of(
            new Option("G1PeriodicGCInterval", COLLECT_AFTER.toMillis()),
            new Option("MinHeapFreeRatio", 10),
            new Option("MaxHeapFreeRatio", 20));

    /** @param value milliseconds, or percent of the heap that Java keeps after a collection */
    private record Option(String name, long value) {}

    private SpareHeap() {}

    /** From now on spare memory goes back. What was set on Java's command line stays as it is. */
    public static void giveBack() {
        HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (java == null) {
            return; // another Java, with ways of its own
        }
        for (Option option : OPTIONS) {
            try {
                if (java.getVMOption(option.name).getOrigin() == VMOption.Origin.DEFAULT) {
                    java.setVMOption(option.name, Long.toString(option.value));
                }
            } catch (IllegalArgumentException refused) {
                log.debug("Java's option {} stays as it is: {}", option.name, refused.toString());
            }
        }
    }
}
