package org.turing.runtime.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.contenders.KnownContender;
import org.turing.runtime.bench.contenders.Workload;

class SeriesTest {

    private final Series series = new Series(new KnownContender("one"), Workload.NO_OP);

    @Test
    void jobsPerSecondAreCountedOverTheTimeOfTheRun() {
        assertThat(new ThroughputRun(1, 20_000, 2_500_000, 1, 1, 0.1).perSecond())
                .isEqualTo(8000);
    }

    @Test
    void aRunWithoutTimeOrJobsIsRefused() {
        assertThatThrownBy(() -> new ThroughputRun(1, 20_000, 0, 1, 1, 0.1)).hasMessageContaining("no measurement");
        assertThatThrownBy(() -> new ThroughputRun(1, 0, 1000, 1, 1, 0.1)).hasMessageContaining("no measurement");
    }

    @Test
    void theMedianOfAnOddNumberIsTheMiddleFigureWhateverTheirOrder() {
        add(300, 100, 200);
        assertThat(series.median()).isEqualTo(200);
        assertThat(series.least()).isEqualTo(100);
        assertThat(series.most()).isEqualTo(300);
        assertThat(series.spread()).isEqualTo(1.0);
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        add(100, 400, 200, 1000);
        assertThat(series.median()).isEqualTo(300);
    }

    @Test
    void theRatioIsThatOfTheMedians() {
        add(100, 90, 5000);
        Series floor = new Series(new KnownContender("floor"), Workload.NO_OP);
        floor.add(run(400));
        assertThat(series.ratioTo(floor)).isEqualTo(0.25, within(1e-9));
    }

    @Test
    void processorTimeIsThatOfAJobAndItsMedianOverRuns() {
        for (long server : List.of(90L, 10L, 50L)) {
            series.add(new ThroughputRun(1, 10, 1_000_000, 10 * server, 20 * server, 0.5));
        }
        assertThat(series.serverMicrosPerJob()).isEqualTo(50);
        assertThat(series.contenderMicrosPerJob()).isEqualTo(100);
    }

    @Test
    void whatWasNotMeasuredHasNoMedian() {
        assertThat(series.measured()).isFalse();
        assertThatThrownBy(series::median).hasMessage("one was not measured");
    }

    @Test
    void whoIsHinderedFailsBeforeTheFirstTurn() {
        Series hindered = new Series(new KnownContender("two", "it is not installed"), Workload.STATUS);
        assertThat(hindered.failure()).isEqualTo("it is not installed");
        assertThat(series.failure()).isNull();
    }

    private void add(int... perSecond) {
        for (int figure : perSecond) {
            series.add(run(figure));
        }
    }

    static ThroughputRun run(int perSecond) {
        return new ThroughputRun(1, perSecond, 1_000_000, 100L * perSecond, 50L * perSecond, 0.5);
    }
}
