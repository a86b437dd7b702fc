package org.turing.runtime.bench.pickup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.report.Figures;

/** The times of each picker, and how many times the peer's they are. */
final class PickUpTable {

    private record Row(String title, Figures figures) {}

    private final List<Row> rows = new ArrayList<>();
    private @Nullable Figures peer;

    void add(String title, Figures figures, boolean ofPeer) {
        rows.add(new Row(title, figures));
        if (ofPeer) {
            peer = figures;
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(
                "",
                "| what | samples | median (ms) | p90 | p99 | least to most | median / peer's | p99 / peer's |",
                "|---|---|---|---|---|---|---|---|"));
        for (Row row : rows) {
            lines.add("| " + row.title + " | " + row.figures.cells() + " | " + ratios(row.figures) + " |");
        }
        return lines;
    }

    private String ratios(Figures figures) {
        if (peer == null) {
            return "– | –";
        }
        return String.format(
                Locale.ROOT,
                "%.2f | %.2f",
                figures.median() / peer.median(),
                figures.percentile(99) / peer.percentile(99));
    }
}
