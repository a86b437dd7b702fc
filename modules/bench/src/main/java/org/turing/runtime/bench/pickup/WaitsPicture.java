package org.turing.runtime.bench.pickup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.turing.runtime.bench.report.Figures;
import org.turing.runtime.bench.report.Svg;
import org.turing.runtime.bench.report.Svg.Place;

/** How large a part of the rows was picked up within what time, as a picture: times by powers of ten. */
final class WaitsPicture {

    private static final int LEFT = 70;
    private static final int BOTTOM = 350;
    private static final int PLOT = 300;
    private static final int BROAD = 480;
    private static final int LEGEND = 560;
    private static final List<String> COLOURS =
            List.of("#888888", "#1f5fa8", "#c8772b", "#3a8f3a", "#a03a8f", "#b03030", "#2b9c9c", "#8f7a1f");

    private final Map<String, Figures> all = new LinkedHashMap<>();

    void add(String what, Figures waits) {
        all.put(what, waits);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    String svg() {
        double least = all.values().stream()
                .mapToDouble(waits -> waits.sorted()[0])
                .min()
                .orElseThrow();
        double most = all.values().stream()
                .mapToDouble(waits -> waits.percentile(100))
                .max()
                .orElseThrow();
        int lowest = (int) Math.floor(Math.log10(least));
        int powers = Math.max(1, (int) Math.ceil(Math.log10(most)) - lowest);
        Svg svg = new Svg(LEFT + BROAD + LEGEND, BOTTOM + 60, "Times from the commit to the script");
        svg.text(16, 24, "start", "% of the rows that a script had by then");
        for (int percent = 0; percent <= 100; percent += 25) {
            svg.stroke(new Place(LEFT, y(percent)), new Place(LEFT + BROAD, y(percent)), "#dddddd", "");
            svg.text(LEFT - 8, y(percent) + 4, "end", Integer.toString(percent));
        }
        for (int power = lowest; power <= lowest + powers; power++) {
            double x = LEFT + BROAD * (power - lowest) / (double) powers;
            svg.stroke(new Place(x, BOTTOM), new Place(x, BOTTOM - PLOT), "#dddddd", "");
            svg.text(x, BOTTOM + 20, "middle", String.format(Locale.ROOT, "%s ms", plain(Math.pow(10, power))));
        }
        int drawn = 0;
        for (Map.Entry<String, Figures> entry : all.entrySet()) {
            String colour = COLOURS.get(drawn % COLOURS.size());
            double[] sorted = entry.getValue().sorted();
            List<Place> places = new ArrayList<>();
            for (int rank = 0; rank < sorted.length; rank++) {
                double x = LEFT + BROAD * (Math.log10(sorted[rank]) - lowest) / powers;
                places.add(new Place(x, y(100.0 * (rank + 1) / sorted.length)));
            }
            svg.line(places, colour);
            double legend = 60 + 22.0 * drawn++;
            svg.box(new Place(LEFT + BROAD + 20, legend - 11), 12, 12, colour);
            svg.text(LEFT + BROAD + 38, legend, "start", entry.getKey());
        }
        svg.text(LEFT + BROAD / 2.0, BOTTOM + 46, "middle", "from the commit to the first line of the script");
        return svg.end();
    }

    private static String plain(double value) {
        return value < 1 ? Double.toString(value) : String.format(Locale.ROOT, "%,.0f", value);
    }

    private static double y(double percent) {
        return BOTTOM - PLOT * percent / 100;
    }
}
