package org.turing.runtime.bench.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * On what something was measured.
 *
 * @param memoryBytes of the machine, or of the container
 * @param java of what is measured
 */
public record Machine(int processors, long memoryBytes, String system, String java) {

    public static Machine here(String java) {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                java);
    }

    /** How many processes want a processor, on average over the last minute; negative where that is not known. */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    public ObjectNode json() {
        return Findings.object()
                .put("processors", processors)
                .put("memoryBytes", memoryBytes)
                .put("os", system)
                .put("java", java);
    }
}
