package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The real statements against a real PostgreSQL, in whatever order three runtimes, their late writers, a reaper,
 * scripts and the user come; the rules are those of docs/protocol.md.
 */
class ProtocolSqlTest {

    /** Enough for every mutant to be noticed, by far. */
    private static final int HISTORIES_FOR_A_MUTANT = 60;

    private static TestDatabase test;

    @BeforeContainer
    static void prepare() throws Exception {
        test = new TestDatabase();
        ProtocolStage.prepare(test);
    }

    @AfterContainer
    static void close() throws Exception {
        if (inUse != null) {
            assertThat(inUse.replaced()).as("places where statements can wait").hasSize(2);
            inUse.close();
        }
        test.close();
    }

    private static @Nullable ProtocolStage inUse;

    @Property(edgeCases = EdgeCasesMode.NONE)
    void no_history_breaks_a_rule(@ForAll("histories") List<ProtocolAction> history) throws Exception {
        ProtocolStage stage = inUse == null ? new ProtocolStage(test, ProtocolMutant.NONE) : inUse;
        inUse = stage;
        ProtocolPlay.play(stage, history);
    }

    @Provide
    Arbitrary<List<ProtocolAction>> histories() {
        return ProtocolAction.histories();
    }

    @Property(generation = GenerationMode.EXHAUSTIVE)
    void whatever_is_left_out_of_the_protocol_breaks_a_rule_in_some_history(@ForAll("mutants") ProtocolMutant mutant)
            throws Exception {
        try (ProtocolStage stage = new ProtocolStage(test, mutant)) {
            assertThat(firstToBreakARule(stage, HISTORIES_FOR_A_MUTANT))
                    .as("a history that shows %s", mutant)
                    .isPositive();
            assertThat(stage.replaced())
                    .as("texts replaced")
                    .containsAll(mutant.replacements().keySet());
        }
    }

    @Provide
    Arbitrary<ProtocolMutant> mutants() {
        return Arbitraries.of(EnumSet.complementOf(EnumSet.of(ProtocolMutant.NONE)));
    }

    @Example
    void the_same_histories_break_no_rule_of_the_whole_protocol() throws Exception {
        try (ProtocolStage stage = new ProtocolStage(test, ProtocolMutant.NONE)) {
            assertThat(firstToBreakARule(stage, 12)).isZero();
        }
    }

    private static int firstToBreakARule(ProtocolStage stage, int most) throws Exception {
        Random random = new Random(20260101);
        RandomGenerator<List<ProtocolAction>> histories =
                ProtocolAction.histories().generator(1000);
        for (int history = 1; history <= most; history++) {
            try {
                ProtocolPlay.play(stage, histories.next(random).value());
            } catch (AssertionError broken) {
                return history;
            }
        }
        return 0;
    }
}
