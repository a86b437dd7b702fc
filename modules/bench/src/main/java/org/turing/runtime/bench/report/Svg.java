package org.turing.runtime.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A picture in the making; lengths are in its own units, from the upper left. */
public final class Svg {

    /** A place in it. */
    public record Place(double x, double y) {}

    private final StringBuilder text = new StringBuilder();

    public Svg(int width, int height, String title) {
        text.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
                <title>%s</title>
                <rect width="100%%" height="100%%" fill="white"/>
                """.formatted(width, height, title));
    }

    /** @param anchor start, middle or end */
    public void text(double x, double y, String anchor, String said) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, said);
    }

    /** @param more attributes, with a space before each */
    public void stroke(Place from, Place to, String colour, String more) {
        add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>%n",
                from.x(), from.y(), to.x(), to.y(), colour, more);
    }

    public void dot(Place at, String colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n", at.x(), at.y(), colour);
    }

    /** @param corner the upper left one */
    public void box(Place corner, double width, double height, String colour) {
        add(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                corner.x(), corner.y(), width, height, colour);
    }

    public void line(List<Place> places, String colour) {
        String points = places.stream()
                .map(place -> String.format(Locale.ROOT, "%.1f,%.1f", place.x(), place.y()))
                .collect(Collectors.joining(" "));
        add("<polyline fill=\"none\" stroke=\"%s\" points=\"%s\"/>%n", colour, points);
    }

    private void add(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }

    /** All of it, as a file. */
    public String end() {
        return text + "</svg>\n";
    }
}
