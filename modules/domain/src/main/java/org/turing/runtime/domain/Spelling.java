package org.turing.runtime.domain;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which name somebody meant who misspelt it. */
public final class Spelling {

    private static final int AT_MOST = 3;

    private Spelling() {}

    /**
     * The names that are likely to be meant, the nearest first: those that differ by no more than a third of their
     * letters, and those that what was written is a part of. At most 3.
     */
    public static List<String> near(String written, Collection<String> names) {
        return names.stream()
                .filter(name -> distance(written, name) * 3 <= Math.max(written.length(), name.length())
                        || !written.isEmpty() && name.contains(written))
                .sorted(Comparator.comparingInt((String name) -> distance(written, name))
                        .thenComparing(name -> name))
                .limit(AT_MOST)
                .toList();
    }

    /** Levenshtein's distance: how many letters must be put in, taken out or replaced. */
    public static int distance(String left, String right) {
        int[] above = new int[right.length() + 1];
        for (int column = 0; column < above.length; column++) {
            above[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[above.length];
            current[0] = row;
            for (int column = 1; column < above.length; column++) {
                int replaced = above[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, 1 + Math.min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[right.length()];
    }
}
