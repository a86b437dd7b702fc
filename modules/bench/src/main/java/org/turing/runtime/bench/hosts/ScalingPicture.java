package org.turing.runtime.bench.hosts;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How often the work of the first number of hosts is done in its time by others, as a picture. */
final class ScalingPicture {

    private static final int WIDTH = 560;
    private static final int HEIGHT = 400;
    private static final int LEFT = 60;
    private static final int BOTTOM = 340;
    private static final int PLOT = 300;

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
        StringBuilder svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
                <title>Speed-up from 1 to %d hosts</title>
                <rect width="100%%" height="100%%" fill="white"/>
                """.formatted(WIDTH, HEIGHT, most));
        StringBuilder line = new StringBuilder();
        for (int count = 0; count <= most; count++) {
            svg.append(text(x(count), BOTTOM + 18, "middle", Integer.toString(count)));
            svg.append(text(LEFT - 8, y(count) + 4, "end", Integer.toString(count)));
            svg.append(stroke(x(0), y(count), x(most), y(count), "#dddddd", ""));
        }
        svg.append(stroke(x(0), y(0), x(most), y(most), "#888888", " stroke-dasharray=\"5 4\""));
        svg.append(text(x(most) + 8, y(most) + 4, "start", "ideal"));
        measured.forEach((count, runs) -> {
            double least = runs.stream().mapToDouble(this::speed).min().orElseThrow();
            double greatest = runs.stream().mapToDouble(this::speed).max().orElseThrow();
            double median = one / ScalingRun.medianSeconds(runs);
            line.append(point(x(count), y(median))).append(' ');
            svg.append(stroke(x(count), y(least), x(count), y(greatest), "#1f5fa8", " stroke-width=\"2\""));
            svg.append(String.format(
                    Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#1f5fa8\"/>%n", x(count), y(median)));
            svg.append(text(x(count) + 8, y(median) + 18, "start", String.format(Locale.ROOT, "%.2f", median)));
        });
        svg.append("<polyline fill=\"none\" stroke=\"#1f5fa8\" points=\"")
                .append(line.toString().strip())
                .append("\"/>\n");
        svg.append(text(x(most / 2.0), HEIGHT - 16, "middle", "hosts, with one slot of the model each"));
        svg.append(text(LEFT - 40, 24, "start", "times as fast as one host: median, least and most"));
        return svg.append("</svg>\n").toString();
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

    private static String text(double x, double y, String anchor, String text) {
        return String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text);
    }

    private static String stroke(double x1, double y1, double x2, double y2, String colour, String more) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>%n",
                x1,
                y1,
                x2,
                y2,
                colour,
                more);
    }

    private static String point(double x, double y) {
        return String.format(Locale.ROOT, "%.1f,%.1f", x, y);
    }
}
