package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void sparesWhatIsNotSetAndLeavesWhatIs() {
        java.setVMOption(MOST_FREE, "61");
        try {
            SpareHeap.giveBack();

            assertThat(value(INTERVAL)).isEqualTo("30000");
            assertThat(value(LEAST_FREE)).isEqualTo("10");
            assertThat(value(MOST_FREE)).isEqualTo("61");
        } finally {
            java.setVMOption(INTERVAL, interval);
            java.setVMOption(MOST_FREE, mostFree);
            java.setVMOption(LEAST_FREE, leastFree);
        }
    }

    @Test
    void collectsSoonAfterWorkAndSeldomAtRest() {
        List<Duration> intervals = new ArrayList<>();
        SpareHeap spare = new SpareHeap(intervals::add);

        spare.collected(SpareHeap.AT_REST, Duration.ofSeconds(60));
        spare.collected("G1 Evacuation Pause", Duration.ofSeconds(120));
        assertThat(intervals).as("a little one at rest changes nothing").containsExactly(SpareHeap.SELDOM);

        spare.collected("G1 Evacuation Pause", Duration.ofSeconds(121));
        assertThat(intervals).containsExactly(SpareHeap.SELDOM, SpareHeap.SOON);
    }
}
