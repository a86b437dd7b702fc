package org.turing.runtime.bench.report;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * On what something was measured.
 *
 * @param memoryBytes of the machine, or of the container
 * @param java of what is measured
 */
public record Machine(int processors, long memoryBytes, String system, String java, String postgres) {

    public static Machine here(String java, String postgres) {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                java,
                postgres);
    }

    /** How many processes want a processor, on average over the last minute; negative where that is not known. */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
