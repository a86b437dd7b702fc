package org.turing.runtime.app.demo;

/**
 * A meaning out of WordNet's noun files.
 *
 * @param category the lexicographer file that it stands in, for example {@code noun.animal}
 * @param name its first word, as WordNet writes it but with spaces
 * @param gloss its definition, with examples behind it in quotes
 */
record Noun(String category, String name, String gloss) {}
