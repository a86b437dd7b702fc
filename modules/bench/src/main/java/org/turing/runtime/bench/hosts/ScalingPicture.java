package org.turing.runtime.bench.hosts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.turing.runtime.bench.report.Svg;
import org.turing.runtime.bench.report.Svg.Place;

/** How often the work of the first number of hosts is done in its time by others, as a picture. */
final class ScalingPicture {

    private static final int WIDTH = 560;
    private static final int HEIGHT = 400;
    private static final int LEFT = 60;
    private static final int BOTTOM = 340;
    private static final int PLOT = 300;
    private static final String COLOUR = "#1f5fa8";

    private final Map<Integer, List<ScalingRun>> measured;
    private final int most;
    private final double one;

    /** @param measured runs by how many hosts there were; the first of them is what the others are compared to */
    ScalingPicture(Map<Integer, List<ScalingRun>> measured) {
        this.measured = measured;
        this.most = measured.keySet().stream().max(Integer::compare).orElseThrow();
        int fewest = measured.keySet().stream().min(Integer::compare).orElseThrow();
        this.one = fewest * ScalingRun.medianSeconds(measured.get(fewest));
    }

    String svg() {
        Svg svg = new Svg(WIDTH, HEIGHT, "Speed-up from 1 to " + most + " hosts");
        for (int count = 0; count <= most; count++) {
            svg.text(x(count), BOTTOM + 18, "middle", Integer.toString(count));
            svg.text(LEFT - 8, y(count) + 4, "end", Integer.toString(count));
            svg.stroke(at(0, count), at(most, count), "#dddddd", "");
        }
        svg.stroke(at(0, 0), at(most, most), "#888888", " stroke-dasharray=\"5 4\"");
        svg.text(x(most) + 8, y(most) + 4, "start", "ideal");
        List<Place> medians = new ArrayList<>();
        measured.forEach((count, runs) -> {
            double least = runs.stream().mapToDouble(this::speed).min().orElseThrow();
            double greatest = runs.stream().mapToDouble(this::speed).max().orElseThrow();
            double median = one / ScalingRun.medianSeconds(runs);
            medians.add(at(count, median));
            svg.stroke(at(count, least), at(count, greatest), COLOUR, " stroke-width=\"2\"");
            svg.dot(at(count, median), COLOUR);
            svg.text(x(count) + 8, y(median) + 18, "start", String.format(Locale.ROOT, "%.2f", median));
        });
        svg.line(medians, COLOUR);
        svg.text(x(most / 2.0), HEIGHT - 16, "middle", "hosts, with one slot of the model each");
        svg.text(LEFT - 40, 24, "start", "times as fast as one host: median, least and most");
        return svg.end();
    }

    private double speed(ScalingRun run) {
        return one / run.seconds();
    }

    private double x(double hosts) {
        return LEFT + 400.0 * hosts / most;
    }

    private double y(double speed) {
        return BOTTOM - PLOT * speed / most;
    }

    private Place at(double hosts, double speed) {
        return new Place(x(hosts), y(speed));
    }
}
