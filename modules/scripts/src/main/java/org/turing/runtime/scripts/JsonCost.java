package org.turing.runtime.scripts;

/**
 * How much memory it takes at most to read JSON text and to write parts of it again, told from the text alone. A string
 * is copied several times on its way; of a tree of many small values the nodes and maps weigh most.
 */
final class JsonCost {

    /**
     * For each byte: a single character beyond Latin-1 makes a text of two bytes a character, which is then there in
     * pieces, put together, and as a string; later as a string, as the output that grows, and as the output.
     */
    private static final int BYTE = 8;

    /** A member or an element: its map entry or its place in a list, its key, its node. */
    private static final int VALUE = 150;

    /** An object or an array: its node, its map or list, and the table of that. */
    private static final int CONTAINER = 250;

    private JsonCost() {}

    /** In bytes. What stands within strings is counted as if it didn't: to tell would take a parser. */
    static long of(byte[] json, int from, int count) {
        long cost = (long) BYTE * count;
        for (int i = from; i < from + count; i++) {
            switch (json[i]) {
                case ',' -> cost += VALUE;
                case '{', '[' -> cost += CONTAINER;
                default -> {}
            }
        }
        return cost;
    }
}
