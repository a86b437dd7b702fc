package org.turing.runtime.bench.restart;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How work got over one restart of PostgreSQL, from the times at which completed tickets were recorded; all times are
 * the database's, in µs since 1970.
 *
 * @param recorded when each ticket was recorded, from the beginning to the end
 * @param began when watching began
 * @param stopped right before the server was told to stop
 * @param accepting when it accepted a connection again
 * @param ended when watching ended
 */
record Recovery(List<Long> recorded, long began, long stopped, long accepting, long ended) {

    private static final long SECOND = 1_000_000;
    private static final long STEP = 100_000;
    private static final double FULL = 0.9;

    /** Tickets per second before. */
    double before() {
        return rate(began, stopped);
    }

    /** For how many seconds nobody could connect. */
    double away() {
        return seconds(accepting - stopped);
    }

    /**
     * How many seconds after the server accepted connections the first second began, in steps of a tenth, that
     * completed nine tenths of what a second completed before; what was kept through the outage counts in it.
     *
     * @throws IllegalStateException if none did
     */
    double untilFull() {
        return seconds(full() - accepting);
    }

    /** Tickets per second from then on. */
    double after() {
        return rate(full(), ended);
    }

    private long full() {
        for (long from = accepting; from + SECOND <= ended; from += STEP) {
            if (rate(from, from + SECOND) >= FULL * before()) {
                return from;
            }
        }
        throw new IllegalStateException(
                "full throughput did not come back within " + seconds(ended - accepting) + " s: " + line());
    }

    /**
     * Tickets in each second: of the last ones before the stop, of those without a server, and of the first ones after.
     */
    String line() {
        return perSecond(stopped - 5 * SECOND, stopped) + " / " + perSecond(stopped, accepting) + " / "
                + perSecond(accepting, Math.min(ended, accepting + 12 * SECOND));
    }

    private String perSecond(long from, long to) {
        long whole = Math.max(1, (to - from) / SECOND);
        return LongStream.range(0, whole)
                .mapToObj(second -> Long.toString(
                        count(from + second * SECOND, second == whole - 1 ? to : from + (second + 1) * SECOND)))
                .collect(Collectors.joining(" "));
    }

    private long count(long from, long to) {
        return recorded.stream().filter(at -> at >= from && at < to).count();
    }

    private double rate(long from, long to) {
        return count(from, to) / seconds(to - from);
    }

    private static double seconds(long micros) {
        return (double) micros / SECOND;
    }

    /** The cells of a table. */
    String cells() {
        return String.format(Locale.ROOT, "%.1f | %.1f | **%.1f** | %.1f", before(), away(), untilFull(), after());
    }
}
