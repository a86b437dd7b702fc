package org.turing.runtime.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.Program;

/** The long run, for the profile chaos. Started again with the same seed it goes on where it was interrupted. */
@Tag("chaos")
class ThousandKillsIT {

    private static final Path FOLDER = Path.of(System.getProperty("campaign.folder"));
    private static final Path JAR = Path.of(System.getProperty("turing.test.jar"));

    @Test
    void nothingIsLostAndNothingIsDoneTwiceInAThousandKillsAmongAllOtherFaults() throws Exception {
        check(order("thousand", "campaign.kills", 25, Machine.kinds(), Duration.ofSeconds(3), Duration.ofMillis(1500)));
    }

    @Test
    void whatAKilledRuntimeHeldRunsAgainAtTheDefaults() throws Exception {
        check(order(
                "defaults",
                "campaign.kills.at.defaults",
                10,
                List.of(FaultKind.KILL),
                Duration.ZERO,
                Duration.ofSeconds(5)));
    }

    private static void check(Order order) throws Exception {
        List<RoundResult> rounds = new Campaign(order, FOLDER, System.out::println).run();

        System.out.print(new CampaignTable(rounds).markdown());
        assertThat(rounds)
                .allSatisfy(round -> assertThat(round.passed())
                        .as(() -> order.replay(round.round()) + "\n" + String.join("\n", round.incidents()))
                        .isTrue());
    }

    private static Order order(
            String series,
            String killsProperty,
            int killsPerRound,
            List<FaultKind> kinds,
            Duration lease,
            Duration longestPause)
            throws Exception {
        return new Order(
                series,
                Long.getLong("campaign.seed"),
                Integer.getInteger(killsProperty),
                killsPerRound,
                kinds,
                new Stage.Setting(lease, 2),
                longestPause,
                Program.of(JAR, CampaignCommand.SMALL_JAVA),
                CampaignCommand.hash(JAR),
                System.getProperty("turing.test.python"));
    }
}
