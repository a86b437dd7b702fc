package org.turing.runtime.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentRulesTest {

    private static EnvironmentRules inherit(List<String> pass, List<String> secrets) {
        return new EnvironmentRules(false, pass, secrets, Map.of());
    }

    private static EnvironmentRules strict(String... pass) {
        return new EnvironmentRules(true, List.of(pass), List.of(), Map.of());
    }

    private static Map<String, String> named(String... names) {
        Map<String, String> environment = new HashMap<>();
        for (String name : names) {
            environment.put(name, "x");
        }
        return environment;
    }

    @Test
    void whatIsNoSecretIsInherited() {
        assertThat(EnvironmentRules.INHERIT.select(named("PATH", "PAGER", "OLLAMA_HOST", "TURING_DATA"), null))
                .containsOnlyKeys("PATH", "PAGER", "OLLAMA_HOST", "TURING_DATA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TURING_DB_PASSWORD",
                "TURING_DB_URL",
                "TURING_DATABASE_URL",
                "TURING_API_TOKEN",
                "PGPASSWORD",
                "PGPASSFILE",
                "HF_TOKEN",
                "aws_secret_access_key",
                "OPENAI_API_KEY",
                "GIT_CREDENTIALS",
                "MYSQL_PASSWD"
            })
    void whatLooksLikeASecretIsNot(String name) {
        assertThat(EnvironmentRules.INHERIT.select(named(name), null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://owl:hoot@db/night",
                "-Xmx1g -Dturing.db.password=hoot",
                "host=db password = hoot",
                "http://owl:p@ss@proxy:3128"
            })
    void aVariableWithAPasswordInItsValueIsNot(String value) {
        assertThat(EnvironmentRules.INHERIT.select(Map.of("SETTING", value), null))
                .isEmpty();
    }

    @Test
    void aVariableThatHoldsTheRuntimesOwnPasswordIsNeverHandedOverWhateverItIsCalled() {
        String password = "hoot/4711";
        Map<String, String> own = Map.of(
                "JAVA_TOOL_OPTIONS",
                "-Xmx1g -Dowl=" + password,
                "OWL",
                password,
                "QUOTED",
                "owl:hoot%2F4711",
                "OTHER",
                "hoot/4712");

        assertThat(EnvironmentRules.INHERIT.select(own, password)).containsOnlyKeys("OTHER");
        assertThat(strict("OWL", "OTHER").select(own, password)).containsOnlyKeys("OTHER");
    }

    @Test
    void aPasswordSoShortThatItStandsInManyWordsHidesOnlyWhatIsEqualToIt() {
        assertThat(EnvironmentRules.INHERIT.select(Map.of("OWL", "owl", "NEST", "owlery"), "owl"))
                .containsOnlyKeys("NEST");
        assertThat(EnvironmentRules.INHERIT.select(Map.of("EMPTY", ""), "")).containsOnlyKeys("EMPTY");
    }

    @Test
    void anAddressWithoutAPasswordIsNoSecret() {
        Map<String, String> own =
                Map.of("A", "http://localhost:11434/a@b", "B", "http://user@proxy:3128", "C", "a:b@c");

        assertThat(EnvironmentRules.INHERIT.select(own, null)).isEqualTo(own);
    }

    @Test
    void furtherSecretsAreNamedOrMatched() {
        assertThat(inherit(List.of(), List.of("OWL_*", "nest"))
                        .select(named("OWL_EGG", "NEST", "NESTS", "SHOWL_X"), null))
                .containsOnlyKeys("NESTS", "SHOWL_X");
    }

    @Test
    void aWholeNameIsPassedAlthoughItLooksLikeASecretAndAPatternIsNot() {
        assertThat(inherit(List.of("HF_TOKEN", "AWS_*"), List.of("HF_*"))
                        .select(named("HF_TOKEN", "AWS_SECRET", "AWS_REGION"), null))
                .containsOnlyKeys("HF_TOKEN", "AWS_REGION");
    }

    @Test
    void theRuntimesOwnWayIntoTheDatabaseIsNeverPassed() {
        assertThat(strict("TURING_DB_PASSWORD", "PGPASSWORD", "*")
                        .select(named("TURING_DB_PASSWORD", "PGPASSWORD", "A"), null))
                .containsOnlyKeys("A");
    }

    @Test
    void strictHandsOverOnlyWhatIsListed() {
        assertThat(strict("PATH", "LC_*").select(named("PATH", "LC_ALL", "LC_TIME", "HOME", "XLC_A"), null))
                .containsOnlyKeys("PATH", "LC_ALL", "LC_TIME");
        assertThat(strict().select(named("PATH"), null)).isEmpty();
    }

    @Test
    void aDotOrABracketInAPatternIsNothingSpecial() {
        assertThat(strict("A.B", "[C]", "\\E*").select(named("A.B", "AxB", "C", "[C]"), null))
                .containsOnlyKeys("A.B", "[C]");
    }

    @Test
    void additionsStandAboveAllAndAreNotShown() {
        EnvironmentRules rules = strict("PATH").withAdditions(Map.of("PATH", "/owl", "HF_TOKEN", "hoot"));

        assertThat(rules.select(named("PATH"), null)).isEqualTo(Map.of("PATH", "/owl", "HF_TOKEN", "hoot"));
        assertThat(rules.toString()).contains("HF_TOKEN").doesNotContain("hoot");
    }
}
