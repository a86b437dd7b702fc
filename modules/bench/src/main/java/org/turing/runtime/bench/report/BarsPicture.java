package org.turing.runtime.bench.report;

import java.util.List;
import java.util.Locale;
import org.turing.runtime.bench.report.Svg.Place;

/** Bars beside each other, in groups, as a picture; each with its figure. */
public final class BarsPicture {

    private static final int LEFT = 40;
    private static final int BOTTOM = 300;
    private static final int PLOT = 240;
    private static final int BAR = 46;
    private static final int GAP = 40;
    private static final int LEGEND = 150;
    private static final List<String> COLOURS = List.of("#1f5fa8", "#888888", "#c8772b");

    /** @param bars one figure for each name of the legend, none negative */
    public record Group(String title, List<Double> bars) {}

    private final String title;
    private final List<String> legend;
    private final List<Group> groups;
    private final double most;

    /**
     * @param title what the figures are, with their unit
     * @param legend what the bars of each group stand for, three at most
     */
    public BarsPicture(String title, List<String> legend, List<Group> groups) {
        this.title = title;
        this.legend = legend;
        this.groups = groups;
        this.most = groups.stream()
                .flatMap(group -> group.bars().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    public String svg() {
        int group = BAR * legend.size() + GAP;
        int right = LEFT + group * groups.size();
        Svg svg = new Svg(right + LEGEND, BOTTOM + 50, title);
        svg.text(LEFT, 24, "start", title);
        svg.stroke(new Place(LEFT, BOTTOM), new Place(right, BOTTOM), "#888888", "");
        for (int at = 0; at < groups.size(); at++) {
            double from = LEFT + group * at + GAP / 2.0;
            List<Double> bars = groups.get(at).bars();
            for (int bar = 0; bar < bars.size(); bar++) {
                double height = most == 0 ? 0 : PLOT * bars.get(bar) / most;
                double x = from + BAR * bar;
                svg.box(new Place(x, BOTTOM - height), BAR - 6, height, COLOURS.get(bar));
                svg.text(x + (BAR - 6) / 2.0, BOTTOM - height - 6, "middle", figure(bars.get(bar)));
            }
            svg.text(
                    from + (group - GAP) / 2.0,
                    BOTTOM + 22,
                    "middle",
                    groups.get(at).title());
        }
        for (int name = 0; name < legend.size(); name++) {
            double y = 60 + 22.0 * name;
            svg.box(new Place(right + 12, y - 11), 12, 12, COLOURS.get(name));
            svg.text(right + 30, y, "start", legend.get(name));
        }
        return svg.end();
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    }
}
