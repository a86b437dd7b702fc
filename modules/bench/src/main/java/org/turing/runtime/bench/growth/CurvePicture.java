package org.turing.runtime.bench.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.turing.runtime.bench.report.Svg;
import org.turing.runtime.bench.report.Svg.Place;
import org.turing.runtime.bench.throughput.Series;

/**
 * A curve as a picture: jobs per second by powers of ten upwards, since the floor's are many times the runtime's, and
 * one column for each step.
 */
final class CurvePicture {

    private static final int WIDTH = 620;
    private static final int HEIGHT = 400;
    private static final int LEFT = 70;
    private static final int BOTTOM = 330;
    private static final int PLOT = 280;
    private static final int BROAD = 440;
    private static final String FLOOR = "#888888";
    private static final String RUNTIME = "#1f5fa8";

    private final Curve curve;
    private final int lowest;
    private final int powers;

    /** @param curve of which something was measured */
    CurvePicture(Curve curve) {
        this.curve = curve;
        double[] all = curve.series().stream()
                .filter(Series::measured)
                .flatMapToDouble(series -> DoubleStream.of(series.least(), series.most()))
                .sorted()
                .toArray();
        this.lowest = (int) Math.floor(Math.log10(all[0]));
        this.powers = Math.max(1, (int) Math.ceil(Math.log10(all[all.length - 1])) - lowest);
    }

    String svg() {
        Svg svg = new Svg(WIDTH, HEIGHT, "Throughput by " + curve.axis());
        for (int power = lowest; power <= lowest + powers; power++) {
            double value = Math.pow(10, power);
            svg.stroke(new Place(LEFT, y(value)), new Place(LEFT + BROAD, y(value)), "#dddddd", "");
            svg.text(LEFT - 8, y(value) + 4, "end", String.format(Locale.ROOT, "%,.0f", value));
        }
        for (int step = 0; step < curve.points().size(); step++) {
            svg.text(x(step), BOTTOM + 20, "middle", curve.points().get(step).x());
        }
        draw(svg, Curve.Point::floor, FLOOR, "floor");
        draw(svg, Curve.Point::runtime, RUNTIME, "runtime");
        svg.text(LEFT + BROAD / 2.0, HEIGHT - 16, "middle", curve.axis());
        svg.text(16, 24, "start", "jobs per second: median, least and most");
        return svg.end();
    }

    private void draw(Svg svg, Function<Curve.Point, Series> whose, String colour, String name) {
        List<Place> medians = new ArrayList<>();
        for (int step = 0; step < curve.points().size(); step++) {
            Series series = whose.apply(curve.points().get(step));
            if (series.measured()) {
                Place median = new Place(x(step), y(series.median()));
                svg.stroke(
                        new Place(x(step), y(series.least())),
                        new Place(x(step), y(series.most())),
                        colour,
                        " stroke-width=\"2\"");
                svg.dot(median, colour);
                medians.add(median);
            }
        }
        if (!medians.isEmpty()) {
            Place last = medians.get(medians.size() - 1);
            svg.line(medians, colour);
            svg.text(last.x() + 12, last.y() + 4, "start", name);
        }
    }

    private double x(int step) {
        return LEFT + BROAD * (step + 0.5) / curve.points().size();
    }

    private double y(double perSecond) {
        return BOTTOM - PLOT * (Math.log10(perSecond) - lowest) / powers;
    }
}
