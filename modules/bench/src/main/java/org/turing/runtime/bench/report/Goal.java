package org.turing.runtime.bench.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A figure beside what it should be.
 *
 * @param figure what was measured, in words, with its unit
 * @param value null if it could not be measured
 * @param atLeast whether more is better
 */
public record Goal(String figure, @Nullable Double value, boolean atLeast, double limit) {

    public static Goal atLeast(String figure, @Nullable Double value, double limit) {
        return new Goal(figure, value, true, limit);
    }

    public static Goal atMost(String figure, @Nullable Double value, double limit) {
        return new Goal(figure, value, false, limit);
    }

    public boolean reached() {
        return value != null && (atLeast ? value >= limit : value <= limit);
    }

    /** A table in Markdown; empty if there are none. */
    public static List<String> table(List<Goal> goals) {
        if (goals.isEmpty()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(List.of("", "| what | goal | figure | reached |", "|---|---|---|---|"));
        goals.forEach(goal -> lines.add(goal.row()));
        return lines;
    }

    private String row() {
        String sign = atLeast ? "≥" : "≤";
        String is =
                value == null ? "not measured" : value < 10 ? inFull(value) : String.format(Locale.ROOT, "%.1f", value);
        String said = value == null ? "–" : reached() ? "yes" : "**no**";
        return "| %s | %s %s | %s | %s |"
                .formatted(figure, sign, Double.toString(limit).replaceAll("\\.0$", ""), is, said);
    }

    private static String inFull(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    void writeTo(ObjectNode node) {
        node.put("figure", figure)
                .put("value", value)
                .put(atLeast ? "atLeast" : "atMost", limit)
                .put("reached", reached());
    }
}
