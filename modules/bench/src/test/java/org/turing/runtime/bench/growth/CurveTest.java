package org.turing.runtime.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.contenders.KnownContender;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.throughput.Series;
import org.turing.runtime.bench.throughput.ThroughputRun;

class CurveTest {

    private final Curve curve = new Curve("rows", List.of(point("1,000", 1000), point("20,000", 20_000)));

    @Test
    void eachStepStandsBesideTheFirstOneAndTheFloor() {
        measured(10_000, 2000, 8000, 1000);
        assertThat(curve.lines())
                .contains(
                        "| 1,000 | 10,000 | 1.000 | 2,000 | 2,000 to 2,000 | 1.000 | 0.200 | 80, 30 |",
                        "| 20,000 | 8,000 | 0.800 | 1,000 | 1,000 to 1,000 | 0.500 | 0.125 | 80, 30 |");
        assertThat(curve.lastTo("1,000")).isEqualTo(0.5);
        assertThat(curve.lastTo("20,000")).isEqualTo(1);
    }

    @Test
    void whatWasNotMeasuredIsADashAndALine() {
        curve.points().get(0).floor().fail("it broke");
        assertThat(curve.lines())
                .contains("| 1,000 | – | – | – | – | – | – | – |", "- floor was not measured: it broke");
        assertThat(curve.lastTo("1,000")).isNull();
    }

    @Test
    void aSeriesHasTheJobsOfItsStep() {
        assertThat(curve.jobs(curve.points().get(1).runtime())).isEqualTo(20_000);
    }

    @Test
    void thePictureHasADotForEachOfBothAndStep() {
        measured(10_000, 2000, 8000, 1000);
        assertThat(new CurvePicture(curve).svg())
                .containsPattern("(?s)(<circle.*){4}")
                .contains(">20,000</text>");
    }

    private static Curve.Point point(String x, int jobs) {
        return new Curve.Point(x, jobs, series("floor"), series("runtime"));
    }

    private static Series series(String name) {
        return new Series(new KnownContender(name), Workload.STATUS);
    }

    /** Jobs per second of each, in the order of their turns. */
    private void measured(int... perSecond) {
        for (int one = 0; one < perSecond.length; one++) {
            curve.series()
                    .get(one)
                    .add(new ThroughputRun(
                            1, perSecond[one], 1_000_000, 80L * perSecond[one], 30L * perSecond[one], 0.1));
        }
    }
}
