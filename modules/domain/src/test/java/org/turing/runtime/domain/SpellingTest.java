package org.turing.runtime.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {

    private static final List<String> NAMES = List.of("clara_b", "clara_a", "lucy", "alma", "owl_commit");

    @Test
    void namesThatDifferByALetterOrTwoAreNear() {
        assertThat(Spelling.near("lucie", NAMES)).isEmpty();
        assertThat(Spelling.near("lucyy", NAMES)).containsExactly("lucy");
        assertThat(Spelling.near("Alma", NAMES)).containsExactly("alma");
        assertThat(Spelling.near("owl-comit", NAMES)).containsExactly("owl_commit");
    }

    @Test
    void aPartOfANameIsNearTheNearestFirst() {
        assertThat(Spelling.near("clara", NAMES)).containsExactly("clara_a", "clara_b");
        assertThat(Spelling.near("commit", NAMES)).containsExactly("owl_commit");
    }

    @Test
    void nothingIsNearToNonsenseOrToNothing() {
        assertThat(Spelling.near("nix", NAMES)).isEmpty();
        assertThat(Spelling.near("", NAMES)).isEmpty();
        assertThat(Spelling.near("nix", List.of())).isEmpty();
    }

    @Test
    void noMoreThanThreeAreNear() {
        assertThat(Spelling.near("a", List.of("a1", "a2", "a3", "a4"))).containsExactly("a1", "a2", "a3");
    }
}
