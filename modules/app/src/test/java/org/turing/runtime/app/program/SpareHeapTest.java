package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpareHeapTest {

    private static final String INTERVAL = "G1PeriodicGCInterval";
    private static final String LEAST_FREE = "MinHeapFreeRatio";
    private static final String MOST_FREE = "MaxHeapFreeRatio";

    private final HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    private final String interval = value(INTERVAL);
    private final String leastFree = value(LEAST_FREE);
    private final String mostFree = value(MOST_FREE);

    private String value(String option) {
        return java.getVMOption(option).getValue();
    }

    @AfterEach
    void leaveThisMachineAsItWas() {
        java.setVMOption(INTERVAL, interval);
        java.setVMOption(MOST_FREE, mostFree);
        java.setVMOption(LEAST_FREE, leastFree);
    }

    @Test
    void sparesWhatIsNotSetAndLeavesWhatIs() {
        java.setVMOption(MOST_FREE, "61");

        SpareHeap.giveBack();

        assertThat(value(INTERVAL)).isEqualTo("30000");
        assertThat(value(LEAST_FREE)).isEqualTo("10");
        assertThat(value(MOST_FREE)).isEqualTo("61");
    }
}
