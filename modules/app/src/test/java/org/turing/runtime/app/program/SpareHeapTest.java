package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.app.program.SpareHeap.Pace;

class SpareHeapTest {

    private static final String INTERVAL = "G1PeriodicGCInterval";
    private static final String LEAST_FREE = "MinHeapFreeRatio";
    private static final String MOST_FREE = "MaxHeapFreeRatio";

    private final HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    private String value(String option) {
        return java.getVMOption(option).getValue();
    }

    @Test
    void setsWhatNobodyHasChosenAndLeavesWhatSomebodyHas() {
        String interval = value(INTERVAL);
        String leastFree = value(LEAST_FREE);
        String mostFree = value(MOST_FREE);
        java.setVMOption(MOST_FREE, "61");
        try {
            SpareHeap.Options options = new SpareHeap.Options(java);
            SpareHeap.giveBack();
            assertThat(List.of(value(INTERVAL), value(LEAST_FREE), value(MOST_FREE)))
                    .containsExactly("30000", "40", "61");
            options.set(Pace.RESTING);
            assertThat(List.of(value(INTERVAL), value(LEAST_FREE), value(MOST_FREE)))
                    .containsExactly("300000", "10", "61");
            options.set(Pace.WORKING);
            assertThat(List.of(value(INTERVAL), value(LEAST_FREE), value(MOST_FREE)))
                    .containsExactly("30000", "40", "61");
        } finally {
            java.setVMOption(INTERVAL, interval);
            java.setVMOption(MOST_FREE, mostFree);
            java.setVMOption(LEAST_FREE, leastFree);
        }
    }

    @Test
    void keepsLittleFreeAtRestAndTheUsualPartWhereThereIsWork() {
        List<Pace> paces = new ArrayList<>();
        SpareHeap spare = new SpareHeap(paces::add);

        spare.collected(SpareHeap.AT_REST, Duration.ofSeconds(60));
        assertThat(paces).containsExactly(Pace.RESTING);

        for (int i = 0; i < 2 * SpareHeap.WORK; i++) {
            spare.collected("G1 Evacuation Pause", Duration.ofSeconds(120 + 30 * i));
        }
        assertThat(paces).as("a little one now and then is no work").hasSize(1);

        for (int i = 0; i < SpareHeap.WORK; i++) {
            spare.collected("G1 Evacuation Pause", Duration.ofSeconds(2000 + i));
        }
        assertThat(paces).hasSize(1);
        spare.collected("G1 Evacuation Pause", Duration.ofSeconds(2029));
        assertThat(paces).containsExactly(Pace.RESTING, Pace.WORKING);
    }
}
