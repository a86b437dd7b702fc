package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.turing.runtime.ports.view.TaskTypeStatus.Percentiles;

class TaskTypeCountersTest {

    private static final int MANY = 1_000;
    private static final long MOST_BYTES = 16_000;

    @Test
    void thousandsOfTaskTypesThatDoNothingTakeLittleMemory() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TaskTypeCounters[] kept = new TaskTypeCounters[MANY];
        kept[0] = new TaskTypeCounters(); // what is allocated once
        long before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < MANY; i++) {
            kept[i] = new TaskTypeCounters();
        }

        long each = (threads.getCurrentThreadAllocatedBytes() - before) / MANY;
        assertThat(each).isLessThan(MOST_BYTES);
        assertThat(kept[MANY - 1].durationMillis()).isEqualTo(Percentiles.NONE);
    }

    @Test
    void aDurationOfMicrosecondsAndOneOfDaysAreBothKnownToAHundredth() {
        TaskTypeCounters counters = new TaskTypeCounters();

        counters.ran(Duration.ofNanos(1_234_000));
        counters.ran(Duration.ofDays(6));

        Percentiles durations = counters.durationMillis();
        assertThat(durations.p50()).isCloseTo(1.234, within(0.013));
        assertThat(durations.max()).isCloseTo(6 * 86_400_000.0, within(6 * 864_000.0));
    }
}
