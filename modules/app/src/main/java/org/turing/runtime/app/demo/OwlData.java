package org.turing.runtime.app.demo;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The input of the OWL example, the same on every machine: 4,144 raw terms, of which 3,400 are meanings drawn from
 * WordNet's noun files and 744 repeat one of them in another variant, in mixed order; and 20,000 other meanings to
 * train on, of which none shares a name or a gloss with a raw term.
 *
 * @param terms the raw terms in the order of the list
 * @param training what the classifiers learn from
 */
public record OwlData(List<Term> terms, List<Example> training) {

    /** How many raw terms there are. */
    public static final int TERMS = 4_144;

    private static final int ENTITIES = 3_400;
    private static final int TRAINING = 20_000;

    /** Any seed serves; the figures of the report belong to this one. */
    private static final long SEED = 4_144;

    public OwlData {
        terms = List.copyOf(terms);
        training = List.copyOf(training);
    }

    /**
     * A raw term.
     *
     * @param rawName the name as the list has it
     * @param gloss its definition
     * @param category the truth: the noun file that it comes from
     * @param original the place in the list, from 0, of the first term that means the same, or null if this is it
     */
    public record Term(
            String rawName,
            String gloss,
            String category,
            @Nullable Integer original) {}

    /**
     * A meaning to learn from.
     *
     * @param category the noun file that it comes from
     * @param name its name
     * @param gloss its definition
     */
    public record Example(String category, String name, String gloss) {}

    /**
     * Draws the terms from the WordNet on the class path.
     *
     * @throws java.io.UncheckedIOException if it is not there
     */
    public static OwlData read() {
        // java.util.Random, because its sequence is part of its specification
        Random random = new Random(SEED);
        List<Noun> nouns = new ArrayList<>(WordNet.nouns());
        Collections.shuffle(nouns, random);
        List<Noun> entities = nouns.subList(0, ENTITIES);
        List<Drawn> drawn = drawn(entities, random);
        Collections.shuffle(drawn, random);
        List<Term> terms = terms(drawn);
        return new OwlData(terms, training(entities, terms, nouns.subList(ENTITIES, nouns.size())));
    }

    /**
     * The same with the first terms of the list only: a term repeats none that comes after it.
     *
     * @param number how many, 1 to {@link #TERMS}
     */
    public OwlData first(int number) {
        return new OwlData(terms.subList(0, number), training);
    }

    /** Writes the training examples as the scripts read them: category, name and gloss, separated by tabs. */
    public void writeTraining(Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (Example example : training) {
                writer.write(example.category() + '\t' + example.name() + '\t' + example.gloss() + '\n');
            }
        }
    }

    /** An entity's place among the entities, and how it is written this time. */
    private record Drawn(int entity, Term term) {}

    private static List<Drawn> drawn(List<Noun> entities, Random random) {
        Variants variants = new Variants(random);
        List<Drawn> drawn = new ArrayList<>(TERMS);
        for (int entity = 0; entity < ENTITIES; entity++) {
            Noun noun = entities.get(entity);
            drawn.add(new Drawn(entity, new Term(variants.of(noun.name()), noun.gloss(), noun.category(), null)));
        }
        while (drawn.size() < TERMS) {
            int entity = random.nextInt(ENTITIES);
            Noun noun = entities.get(entity);
            String name = random.nextInt(5) < 2 ? variants.slip(noun.name()) : noun.name();
            String gloss = random.nextInt(3) == 0 ? withoutExamples(noun.gloss()) : noun.gloss();
            drawn.add(new Drawn(entity, new Term(variants.of(name), gloss, noun.category(), null)));
        }
        return drawn;
    }

    private static String withoutExamples(String gloss) {
        int end = gloss.indexOf(';');
        return end < 0 ? gloss : gloss.substring(0, end);
    }

    private static List<Term> terms(List<Drawn> drawn) {
        Map<Integer, Integer> firstOf = new HashMap<>();
        List<Term> terms = new ArrayList<>(drawn.size());
        for (int place = 0; place < drawn.size(); place++) {
            Term term = drawn.get(place).term();
            Integer original = firstOf.putIfAbsent(drawn.get(place).entity(), place);
            terms.add(new Term(term.rawName(), term.gloss(), term.category(), original));
        }
        return terms;
    }

    private static List<Example> training(List<Noun> entities, List<Term> terms, List<Noun> others) {
        Set<String> taken = new HashSet<>();
        entities.forEach(entity -> taken.add(plain(entity.name())));
        entities.forEach(entity -> taken.add(entity.gloss()));
        terms.forEach(term -> taken.add(plain(term.rawName())));
        return others.stream()
                .filter(noun -> !taken.contains(plain(noun.name())) && !taken.contains(noun.gloss()))
                .limit(TRAINING)
                .map(noun -> new Example(noun.category(), noun.name(), noun.gloss()))
                .toList();
    }

    private static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
