package org.turing.runtime.bench.report;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Prints what was measured as lines of Markdown. */
public final class Report {

    private Report() {}

    /** Under which conditions the figures below came about. */
    public static void conditions(String when, String program) {
        line(String.format(
                Locale.ROOT,
                "%s: %s, %d processors, load average %.1f",
                when,
                program,
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    }

    public static void head() {
        Figures.HEAD.forEach(Report::line);
    }

    public static void row(String what, Figures figures) {
        line(figures.row(what));
    }

    /** Tells people how things go, beside the figures. */
    public static void progress(String text) {
        System.err.println(text);
    }

    public static void line(String text) {
        System.out.println(text);
    }
}
