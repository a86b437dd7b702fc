package org.turing.runtime.bench.hosts;

import java.util.List;
import java.util.Locale;
import org.turing.runtime.bench.report.Figures;

/**
 * The same work once, on some number of hosts.
 *
 * @param items how many subjects
 * @param micros from right before the commit that made them eligible to the record of the last one
 * @param perHost how many of them each host ran that ran any, ascending
 * @param overlaps how many began on a host before the one before them there had ended
 * @param costs what it cost, until shortly after its end
 */
record ScalingRun(int items, long micros, List<Long> perHost, long overlaps, Costs costs) {

    double seconds() {
        return micros / 1_000_000.0;
    }

    /** How many hosts had a part in it. */
    int hosts() {
        return perHost.size();
    }

    static double medianSeconds(List<ScalingRun> runs) {
        return 0.001
                * Figures.ofMicros(runs.stream().map(ScalingRun::micros).toList())
                        .median();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d items on %d hosts in %.1f s", items, hosts(), seconds());
    }
}
