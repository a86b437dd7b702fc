package org.turing.runtime.bench.throughput;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.Workload;

/** What one contender came to with one workload: jobs per second, a figure for each run, and why there are no more. */
public final class Series {

    private final Contender contender;
    private final Workload workload;
    private final List<ThroughputRun> runs = new ArrayList<>();
    private @Nullable String failure;

    public Series(Contender contender, Workload workload) {
        this.contender = contender;
        this.workload = workload;
        this.failure = contender.hindrance();
    }

    public Contender contender() {
        return contender;
    }

    Workload workload() {
        return workload;
    }

    public void add(ThroughputRun run) {
        runs.add(run);
    }

    /** It could not be measured, or not again, and is not tried any more. */
    public void fail(String why) {
        failure = why;
    }

    /** Why it is not measured any more, perhaps with the end of a log; null while it is. */
    @Nullable
    public String failure() {
        return failure;
    }

    List<ThroughputRun> runs() {
        return runs;
    }

    public boolean measured() {
        return !runs.isEmpty();
    }

    /** The middle figure, or the mean of the middle two. */
    public double median() {
        return median(sorted());
    }

    /** The median of PostgreSQL's processor time for a job, in µs. */
    public double serverMicrosPerJob() {
        return median(sorted(ThroughputRun::serverMicrosPerJob));
    }

    /** The median of the contender's own processor time for a job, in µs. */
    public double contenderMicrosPerJob() {
        return median(sorted(ThroughputRun::contenderMicrosPerJob));
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    public double least() {
        return sorted()[0];
    }

    public double most() {
        double[] sorted = sorted();
        return sorted[sorted.length - 1];
    }

    /** How far the figures lie apart, as a part of the median. */
    double spread() {
        return (most() - least()) / median();
    }

    /** How many times the other's median its own is. */
    public double ratioTo(Series other) {
        return median() / other.median();
    }

    private double[] sorted() {
        return sorted(ThroughputRun::perSecond);
    }

    private double[] sorted(ToDoubleFunction<ThroughputRun> figure) {
        if (runs.isEmpty()) {
            throw new IllegalStateException(contender.name() + " was not measured");
        }
        double[] sorted = runs.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
