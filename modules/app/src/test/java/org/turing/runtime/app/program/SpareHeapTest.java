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

    private final HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    private String interval() {
        return java.getVMOption(INTERVAL).getValue();
    }

    /** The second time it is taken for chosen, as whoever sets it while Java runs has chosen it. */
    @Test
    void setsWhatNobodyHasChosen() {
        String before = interval();
        try {
            SpareHeap.giveBack();
            assertThat(interval()).isEqualTo("30000");

            java.setVMOption(INTERVAL, "61000");
            SpareHeap.giveBack();
            assertThat(interval()).isEqualTo("61000");
        } finally {
            java.setVMOption(INTERVAL, before);
        }
    }

    @Test
    void keepsLittleFreeAtRestAndTheUsualPartWhereThereIsWork() {
        List<Object> set = new ArrayList<>();
        SpareHeap spare = new SpareHeap(new SpareHeap.Settings() {
            @Override
            public void interval(Duration interval) {
                set.add(interval);
            }

            @Override
            public void free(SpareHeap.Free free) {
                set.add(free);
            }
        });

        spare.collected(SpareHeap.AT_REST, Duration.ofSeconds(60));
        assertThat(set).containsExactly(new SpareHeap.Free(10, 20), SpareHeap.SELDOM);

        for (int i = 0; i < 2 * SpareHeap.WORK; i++) {
            spare.collected("G1 Evacuation Pause", Duration.ofSeconds(120 + 30 * i));
        }
        assertThat(set).as("a little one now and then is no work").hasSize(2);

        for (int i = 0; i < SpareHeap.WORK; i++) {
            spare.collected("G1 Evacuation Pause", Duration.ofSeconds(2000 + i));
        }
        assertThat(set).hasSize(2);
        spare.collected("G1 Evacuation Pause", Duration.ofSeconds(2029));
        assertThat(set).endsWith(new SpareHeap.Free(40, 70), SpareHeap.SOON);
    }
}
