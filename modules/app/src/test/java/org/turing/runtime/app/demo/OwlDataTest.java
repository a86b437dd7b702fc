package org.turing.runtime.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwlDataTest {

    /** Of the terms, one a line; another value means other figures in every report since. */
    private static final String FINGERPRINT = "d045662cb615fcb9";

    private static final OwlData DATA = OwlData.read();

    @Test
    void thereAre4144TermsOfWhich744RepeatAnEarlierOne() {
        assertThat(DATA.terms()).hasSize(4144);
        assertThat(DATA.terms()).filteredOn(term -> term.original() != null).hasSize(744);
    }

    @Test
    void aRepetitionComesAfterTheFirstTermOfItsKindAndHasItsCategory() {
        List<OwlData.Term> terms = DATA.terms();
        for (int place = 0; place < terms.size(); place++) {
            Integer original = terms.get(place).original();
            if (original != null) {
                assertThat(original).isLessThan(place);
                assertThat(terms.get(original).original()).isNull();
                assertThat(terms.get(original).category())
                        .isEqualTo(terms.get(place).category());
            }
        }
    }

    @Test
    void everyNounFileButTheRarestIsAmongTheTermsAndAllAreAmongTheTraining() {
        assertThat(WordNet.CATEGORIES).hasSize(26);
        assertThat(DATA.terms().stream().map(OwlData.Term::category).distinct().count())
                .isGreaterThanOrEqualTo(24);
        assertThat(DATA.training().stream().map(OwlData.Example::category).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(WordNet.CATEGORIES);
    }

    @Test
    void noTrainingExampleSharesAGlossWithATerm() {
        assertThat(DATA.training()).hasSize(20_000);
        Set<String> glosses = DATA.terms().stream().map(OwlData.Term::gloss).collect(Collectors.toSet());
        assertThat(DATA.training()).noneMatch(example -> glosses.contains(example.gloss()));
    }

    @Test
    void noTrainingExampleSharesANameWithATerm() {
        Set<String> names =
                DATA.terms().stream().map(term -> plain(term.rawName())).collect(Collectors.toSet());
        assertThat(DATA.training()).noneMatch(example -> names.contains(plain(example.name())));
    }

    @Test
    void namesComeInEveryVariantThatRealListsHave() {
        List<String> names = DATA.terms().stream().map(OwlData.Term::rawName).toList();
        assertThat(names.stream().filter(name -> name.equals(name.toUpperCase(Locale.ROOT))))
                .hasSizeGreaterThan(300);
        assertThat(names.stream().filter(name -> name.contains("_"))).hasSizeGreaterThan(100);
        assertThat(names.stream().filter(name -> !name.equals(name.strip()))).hasSizeGreaterThan(100);
        assertThat(names.stream().filter(name -> name.toLowerCase(Locale.ROOT).matches(".*(colour|grey|centre).*")))
                .isNotEmpty();
    }

    @Test
    void theTermsAreTheSameEverywhere() throws NoSuchAlgorithmException {
        Stream<String> lines = DATA.terms().stream()
                .map(term -> String.join("\t", term.rawName(), term.gloss(), term.category(), "" + term.original()));
        byte[] text = lines.collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text)))
                .startsWith(FINGERPRINT);
        assertThat(OwlData.read()).isEqualTo(DATA);
    }

    @Test
    void theTrainingFileHasThreeFieldsALine(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("training.tsv");
        DATA.writeTraining(file);
        assertThat(Files.readAllLines(file)).hasSize(20_000).allMatch(line -> line.split("\t", -1).length == 3);
    }

    private static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
