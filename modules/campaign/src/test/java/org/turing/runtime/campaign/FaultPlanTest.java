package org.turing.runtime.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.campaign.FaultPlan.Shape;

/** What is drawn from a seed. */
class FaultPlanTest {

    private static final Shape MIXED =
            new Shape(40, List.of(FaultKind.values()), 2, Duration.ofSeconds(3), Duration.ofMillis(1500), 3);

    @Test
    void theSameSeedGivesTheSameFaultsAndPauses() {
        assertThat(FaultPlan.of(4711, MIXED)).isEqualTo(FaultPlan.of(4711, MIXED));
    }

    @Test
    void anotherSeedGivesOtherFaults() {
        assertThat(FaultPlan.of(4711, MIXED)).isNotEqualTo(FaultPlan.of(4712, MIXED));
    }

    @Test
    void killsAreCountedWhereTheyAreAmongTheKinds() {
        assertThat(FaultPlan.of(1, MIXED).stream().filter(fault -> fault.kind().kills()))
                .hasSize(40);
        assertThat(FaultPlan.of(1, MIXED)).hasSizeGreaterThan(40);
    }

    @Test
    void oneKindAloneComesAsOftenAsAskedFor() {
        Shape alone = new Shape(7, List.of(FaultKind.FREEZE), 2, Duration.ofSeconds(3), Duration.ofMillis(500), 3);

        assertThat(FaultPlan.of(1, alone)).hasSize(7).allSatisfy(fault -> {
            assertThat(fault.kind()).isEqualTo(FaultKind.FREEZE);
            assertThat(fault.length()).isGreaterThan(alone.lease());
            assertThat(fault.pause()).isLessThanOrEqualTo(alone.longestPause());
            assertThat(fault.runtime()).isBetween(0, 1);
        });
    }

    @Test
    void someKilledRuntimesLieBeyondTheirLeaseAndSomeAreStruckEarly() {
        List<Fault> kills = FaultPlan.of(1, MIXED).stream()
                .filter(fault -> fault.kind() == FaultKind.KILL)
                .toList();

        assertThat(kills).anyMatch(fault -> fault.length().compareTo(MIXED.lease()) > 0);
        assertThat(kills).anyMatch(fault -> fault.length().compareTo(MIXED.lease()) < 0);
        assertThat(kills).anyMatch(Fault::early);
    }

    @Test
    void theNodeThatSpeaksIsKilledNowAndThenWhereItMayBe() {
        List<FaultKind> kinds = List.of(FaultKind.KILL, FaultKind.KILL_SPEAKER);
        Shape cluster = new Shape(30, kinds, 3, Duration.ofSeconds(3), Duration.ofMillis(500), 3);

        assertThat(FaultPlan.of(1, cluster))
                .hasSize(30)
                .allMatch(fault -> fault.kind().kills());
        assertThat(FaultPlan.of(1, cluster)).extracting(Fault::kind).containsAll(kinds);
    }

    @Test
    void neighbouringRoundsHaveSeedsOfTheirOwn() {
        assertThat(List.of(Round.seedOf(1, 0), Round.seedOf(1, 1), Round.seedOf(2, 0), Round.seedOf(2, 1)))
                .doesNotHaveDuplicates();
    }
}
