package org.turing.runtime.bench.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.bench.report.Figures;

/**
 * What a slot did between the start of its first run and the end of its last one.
 *
 * @param idle µs between the end of each run and the start of the next one
 * @param busyMicros µs in which something ran
 */
record Busyness(List<Long> idle, long busyMicros) {

    /** When something ran, in µs. */
    record Span(long started, long finished) {}

    /** @param runs one after the other, in the order of their starts; at least two */
    static Busyness of(List<Span> runs) {
        if (runs.size() < 2) {
            throw new IllegalArgumentException("nothing lies between fewer than two runs");
        }
        List<Long> idle = new ArrayList<>();
        long busy = 0;
        for (int run = 0; run < runs.size(); run++) {
            Span span = runs.get(run);
            busy += span.finished() - span.started();
            if (run > 0) {
                idle.add(span.started() - runs.get(run - 1).finished());
            }
        }
        return new Busyness(List.copyOf(idle), busy);
    }

    /** Of the whole time, how much of it something ran. */
    double share() {
        long pauses = idle.stream().mapToLong(Long::longValue).sum();
        return (double) busyMicros / (busyMicros + pauses);
    }

    Figures pauses() {
        return Figures.ofMicros(idle);
    }
}
