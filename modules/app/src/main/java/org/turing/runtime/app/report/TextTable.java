package org.turing.runtime.app.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An aligned table of text. Columns are as wide as their widest cell; where a table has to fit a width, one column
 * gives way and its longer cells end in an ellipsis.
 */
public final class TextTable {

    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> numbers = new HashSet<>();

    private TextTable(List<String> headings) {
        this.headings = headings;
    }

    /** A table with these columns. */
    public static TextTable of(String... headings) {
        return new TextTable(List.of(headings));
    }

    /** Aligns these columns to the right; the first column is 0. */
    public TextTable numbers(int... columns) {
        Arrays.stream(columns).forEach(numbers::add);
        return this;
    }

    /** Adds a row; a cell may have several lines. */
    public TextTable row(Object... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings.size() + " columns");
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    /** The table without the column of that heading; the same if it has none. */
    TextTable without(String heading) {
        int left = headings.indexOf(heading);
        if (left < 0) {
            return this;
        }
        TextTable rest = new TextTable(less(headings, left));
        rows.forEach(row -> rest.rows.add(less(row, left)));
        numbers.stream()
                .filter(column -> column != left)
                .forEach(column -> rest.numbers.add(column > left ? column - 1 : column));
        return rest;
    }

    private static List<String> less(List<String> cells, int left) {
        List<String> rest = new ArrayList<>(cells);
        rest.remove(left);
        return rest;
    }

    /** The table less as many of these columns, the first ones first, as it takes to be no wider than that. */
    TextTable within(int width, String... dispensable) {
        TextTable fitting = this;
        for (String heading : dispensable) {
            if (fitting.total() <= width) {
                break;
            }
            fitting = fitting.without(heading);
        }
        return fitting;
    }

    /** The lines, as wide as they need to be. */
    public List<String> lines() {
        return lines(Integer.MAX_VALUE, 0);
    }

    /**
     * The lines, within a width as far as one column can give way.
     *
     * @param width in characters
     * @param flexible the column that gives way
     */
    public List<String> lines(int width, int flexible) {
        int[] widths = widths();
        long total = total();
        if (total > width) {
            widths[flexible] = (int) Math.max(NARROWEST, widths[flexible] - (total - width));
        }
        List<String> lines = new ArrayList<>();
        addLines(headings, widths, lines);
        addLines(Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths, lines);
        rows.forEach(row -> addLines(row, widths, lines));
        return lines;
    }

    /** How wide it is with every cell on one line. */
    private long total() {
        int[] widths = widths();
        return Arrays.stream(widths).sum() + (long) GAP.length() * (widths.length - 1);
    }

    private int[] widths() {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = length(headings.get(column));
            for (List<String> row : rows) {
                int longest = row.get(column)
                        .lines()
                        .mapToInt(TextTable::length)
                        .max()
                        .orElse(0);
                widths[column] = Math.max(widths[column], longest);
            }
        }
        return widths;
    }

    private void addLines(List<String> row, int[] widths, List<String> lines) {
        List<List<String>> cells = new ArrayList<>();
        for (int column = 0; column < widths.length; column++) {
            cells.add(wrapped(row.get(column), widths[column]));
        }
        int height = Math.max(1, cells.stream().mapToInt(List::size).max().orElse(1));
        for (int part = 0; part < height; part++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                List<String> cell = cells.get(column);
                String text = part < cell.size() ? cell.get(part) : "";
                String padding = " ".repeat(widths[column] - length(text));
                line.append(column == 0 ? "" : GAP).append(numbers.contains(column) ? padding + text : text + padding);
            }
            lines.add(line.toString().stripTrailing());
        }
    }

    /** The text in lines of a width at most, broken at spaces where there are any. */
    static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String rest = line;
            while (length(rest) > width) {
                int most = rest.offsetByCodePoints(0, width);
                int space = rest.lastIndexOf(' ', most);
                boolean breakable = space > 0 && !rest.substring(0, space).isBlank();
                lines.add(rest.substring(0, breakable ? space : most).stripTrailing());
                rest = rest.substring(breakable ? space + 1 : most);
            }
            lines.add(rest);
        }
        return lines;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
