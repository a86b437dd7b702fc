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
    private static final Program PROGRAM =
            Program.of(Path.of(System.getProperty("turing.test.jar")), CampaignCommand.SMALL_JAVA);
    private static final String PYTHON = System.getProperty("turing.test.python");
    private static final long SEED = Long.getLong("campaign.seed");

    @Test
    void nothingIsLostAndNothingIsDoneTwiceInAThousandKillsAmongAllOtherFaults() throws Exception {
        check(new Order(
                "thousand",
                SEED,
                Integer.getInteger("campaign.kills"),
                25,
                Machine.kinds(false, System.out::println),
                new RuntimeSetting(Duration.ofSeconds(3), 2, false),
                Duration.ofMillis(1500),
                3,
                false,
                PROGRAM,
                CampaignCommand.hash(PROGRAM.jar()),
                PYTHON));
    }

    @Test
    void whatAKilledRuntimeHeldRunsAgainAtTheDefaults() throws Exception {
        check(new Order(
                "defaults",
                SEED,
                Integer.getInteger("campaign.kills.at.defaults"),
                10,
                List.of(FaultKind.KILL),
                new RuntimeSetting(Duration.ZERO, 2, false),
                Duration.ofSeconds(3),
                2,
                true,
                PROGRAM,
                CampaignCommand.hash(PROGRAM.jar()),
                PYTHON));
    }

    private static void check(Order order) throws Exception {
        List<RoundResult> rounds = new Campaign(order, FOLDER, System.out::println).run();

        System.out.print(new CampaignTable(rounds).markdown());
        assertThat(rounds)
                .allSatisfy(round -> assertThat(round.passed())
                        .as(() -> order.replay(round.round()) + "\n" + String.join("\n", round.incidents()))
                        .isTrue());
    }
}
