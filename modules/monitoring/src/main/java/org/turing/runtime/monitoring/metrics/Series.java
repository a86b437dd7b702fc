package org.turing.runtime.monitoring.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** One metric with its points, built one by one. A reading that is not finite is left out: it is not known. */
final class Series {

    private final GaugeSnapshot.Builder gauge;
    private final CounterSnapshot.Builder counter;
    private final boolean counts;

    private Series(String name, String help, boolean counts) {
        this.gauge = GaugeSnapshot.builder().name(name).help(help);
        this.counter = CounterSnapshot.builder().name(name).help(help);
        this.counts = counts;
    }

    /** A reading that goes up and down. */
    static Series gauge(String name, String help) {
        return new Series(name, help, false);
    }

    /** A count that only grows; its name is given without {@code _total}, which the page appends. */
    static Series counter(String name, String help) {
        return new Series(name, help, true);
    }

    /** @param labels names and values in turn */
    Series point(double value, String... labels) {
        if (!Double.isFinite(value)) {
            return this;
        }
        Labels where = Labels.of(labels);
        if (counts) {
            counter.dataPoint(CounterDataPointSnapshot.builder()
                    .value(Math.max(0, value))
                    .labels(where)
                    .build());
        } else {
            gauge.dataPoint(
                    GaugeDataPointSnapshot.builder().value(value).labels(where).build());
        }
        return this;
    }

    MetricSnapshot snapshot() {
        return counts ? counter.build() : gauge.build();
    }
}
