package org.turing.runtime.app.demo;

import java.util.Locale;
import org.turing.runtime.app.demo.OwlReport.TaskTypeFigures;

/** The report as people read it. */
final class OwlReportText {

    private static final String ROW = "%-10s %-6s %-16s %6s %6s %6s %6s %6s %9s%n";

    private final StringBuilder text = new StringBuilder();

    private OwlReportText() {}

    static String of(OwlReport report) {
        OwlReportText text = new OwlReportText();
        text.terms(report);
        text.taskTypes(report);
        text.times(report);
        return text.text.toString();
    }

    private void terms(OwlReport report) {
        line("Pipeline %s: %,d raw terms", report.pipeline(), report.subjects());
        line(
                "  merged      %,6d   of %,d duplicates %,d were found, %,d merged wrongly",
                report.merged(),
                report.merges().duplicates(),
                report.merges().found(),
                report.merges().wrong());
        line(
                "  classified  %,6d   %,d named alike, %,d gave way, %,d arbitrated",
                report.classified(),
                report.proposals().same(),
                report.proposals().gaveWay(),
                report.proposals().disagreed());
        line("  failed      %,6d", report.failed());
        line("");
        line("Accuracy against WordNet's 26 noun files");
        line("  clara_a     %s   words of the gloss", percent(report.accuracy().claraA()));
        line("  clara_b     %s   letters of the name", percent(report.accuracy().claraB()));
        line(
                "  arbitrator  %s   on the terms in dispute; clara_a alone %s",
                percent(report.accuracy().arbitrator()),
                percent(report.accuracy().claraAWhereArbitrated()).strip());
        line("  committed   %s", percent(report.accuracy().committed()));
        line("");
    }

    private void taskTypes(OwlReport report) {
        row("task type", "type", "model", "done", "failed", "from s", "to s", "busy s", "median ms");
        for (TaskTypeFigures figures : report.taskTypes()) {
            row(
                    figures.taskType(),
                    figures.executionType(),
                    figures.model() == null ? "-" : figures.model(),
                    number("%,d", figures.completed()),
                    number("%,d", figures.failed()),
                    number("%.1f", figures.fromSeconds()),
                    number("%.1f", figures.toSeconds()),
                    number("%.1f", figures.runningSeconds()),
                    number("%.2f", figures.medianMillis()));
        }
        line("");
    }

    private void times(OwlReport report) {
        line("Makespan %.1f s", report.makespanSeconds());
        if (report.sequentialSeconds() != null) {
            line(
                    "  one task type after the other %.1f s, %.2f times as long",
                    report.sequentialSeconds(), report.sequentialSeconds() / Math.max(report.makespanSeconds(), 0.001));
        }
        line("  clara_a and clara_b ran together for %.1f s", report.overlap().claraAAndClaraBSeconds());
        line(
                "  task types of one model with one slot ran together for %.3f s",
                report.overlap().sameModelSeconds());
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }

    private void row(Object... cells) {
        text.append(String.format(Locale.ROOT, ROW, cells));
    }

    private static String number(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%5.1f %%", 100 * share);
    }
}
