package org.turing.runtime.bench.throughput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.contenders.KnownContender;
import org.turing.runtime.bench.contenders.Workload;

/** What is told of a result, to people and to programs. */
class ThroughputResultTest {

    private final Series floor = new Series(new KnownContender("floor"), Workload.NO_OP);
    private final Series fast = new Series(new KnownContender("fast"), Workload.NO_OP);
    private final Series away = new Series(new KnownContender("away", "it is not installed.\nat all"), Workload.NO_OP);
    private final Series alone = new Series(new KnownContender("fast"), Workload.STATUS);

    @Test
    void aRowHasMedianRangeAndRatioToTheFloorOfItsWorkload() {
        measured();
        assertThat(ThroughputTable.lines(result()))
                .contains(
                        "| floor | 1.2 | 10,000, 12,000 | 11,000 | 10,000 to 12,000 | 1.000 | 100 | 50 |",
                        "| fast | 1.2 | 8,800 | 8,800 | 8,800 to 8,800 | 0.800 | 100 | 50 |",
                        "| fast | 1.2 | 500 | 500 | 500 to 500 | – | 100 | 50 |");
    }

    @Test
    void whoWasNotMeasuredIsOneLineWithTheReason() {
        measured();
        fast.fail("it broke");
        assertThat(ThroughputTable.lines(result()))
                .contains(
                        "- away was not measured: it is not installed. at all",
                        "- fast was not measured again: it broke");
    }

    @Test
    void settingsAreToldOnceForEachThatWasMeasured() {
        measured();
        assertThat(ThroughputTable.lines(result())).containsOnlyOnce("- floor: as it comes", "- fast: as it comes");
    }

    @Test
    void theJsonHoldsEveryRunAndWhatWasMadeOfThem() {
        measured();
        JsonNode root = ThroughputJson.figures(result());

        assertThat(root.at("/postgresql").asText()).isEqualTo("18.6");
        assertThat(root.at("/series/0/contender").asText()).isEqualTo("floor");
        assertThat(root.at("/series/0/medianPerSecond").asDouble()).isEqualTo(11_000);
        assertThat(root.at("/series/0/spread").asDouble()).isEqualTo(2.0 / 11, within(1e-9));
        assertThat(root.at("/series/0/runs")).hasSize(2);
        assertThat(root.at("/series/0/runs/1/perSecond").asDouble()).isEqualTo(12_000);
        assertThat(root.at("/series/1/ratioToFloor").asDouble()).isEqualTo(0.8, within(1e-9));
        assertThat(root.at("/series/2/notMeasured").asText()).startsWith("it is not installed");
        assertThat(root.at("/series/2").has("medianPerSecond")).isFalse();
        assertThat(root.at("/series/3").has("ratioToFloor")).isFalse();
    }

    private void measured() {
        floor.add(SeriesTest.run(10_000));
        floor.add(SeriesTest.run(12_000));
        fast.add(SeriesTest.run(8_800));
        alone.add(SeriesTest.run(500));
    }

    private ThroughputResult result() {
        return new ThroughputResult("18.6", 2000, 2, List.of(floor, fast, away, alone));
    }
}
