package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.view.TaskTypeStatus.Percentiles;

/**
 * What a task type did since the runtime started. Survives failures of its actor; owned by one actor at a time, which
 * alone may ask for more than {@link #of}.
 */
public final class TaskTypeCounters {

    private static final long LONGEST_MICROS = Duration.ofDays(7).toNanos() / 1000;
    /** Figures for people: right to a hundredth. */
    private static final int DIGITS = 2;

    private static final int SECONDS = 60;

    /** Made once something is recorded: there may be thousands of task types, most of which do nothing. */
    private static final class Figures {
        /** They grow with what is recorded. */
        private final Histogram durations = new Histogram(DIGITS);

        private final Histogram pickUps = new Histogram(DIGITS);
        private final long[] perSecond = new long[SECONDS];
        private final long[] secondOf = new long[SECONDS];
    }

    private final Map<TicketStatus, Long> outcomes = new EnumMap<>(TicketStatus.class);
    private @Nullable Figures figures;

    synchronized void count(TicketStatus status, long nowNanos) {
        outcomes.merge(status, 1L, Long::sum);
        Figures here = figures();
        long second = nowNanos / 1_000_000_000L;
        int index = Math.floorMod(second, SECONDS);
        if (here.secondOf[index] != second) {
            here.secondOf[index] = second;
            here.perSecond[index] = 0;
        }
        here.perSecond[index]++;
    }

    private Figures figures() {
        if (figures == null) {
            figures = new Figures();
        }
        return figures;
    }

    /** How many tickets ended this way. */
    public synchronized long of(TicketStatus status) {
        return outcomes.getOrDefault(status, 0L);
    }

    void ran(Duration duration) {
        record(figures().durations, duration);
    }

    void pickedUp(Duration duration) {
        record(figures().pickUps, duration);
    }

    /** Tickets that ended within the last minute. */
    double perMinute(long nowNanos) {
        if (figures == null) {
            return 0;
        }
        long second = nowNanos / 1_000_000_000L;
        long sum = 0;
        for (int i = 0; i < SECONDS; i++) {
            if (second - figures.secondOf[i] < SECONDS) {
                sum += figures.perSecond[i];
            }
        }
        return sum;
    }

    Percentiles durationMillis() {
        return figures == null ? Percentiles.NONE : percentiles(figures.durations);
    }

    Percentiles pickUpMillis() {
        return figures == null ? Percentiles.NONE : percentiles(figures.pickUps);
    }

    private static void record(Histogram histogram, Duration duration) {
        histogram.recordValue(Math.max(0, Math.min(duration.toNanos() / 1000, LONGEST_MICROS)));
    }

    private static Percentiles percentiles(Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return Percentiles.NONE;
        }
        return new Percentiles(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / 1000.0,
                histogram.getValueAtPercentile(99) / 1000.0,
                histogram.getMaxValue() / 1000.0);
    }
}
