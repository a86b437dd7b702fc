package org.turing.runtime.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.Program;

/** Three nodes of one cluster: a short round for every build, and for the profile chaos the long series. */
class ClusterCampaignIT {

    private static final Path FOLDER = Path.of(System.getProperty("campaign.folder"));
    private static final Program PROGRAM =
            Program.of(Path.of(System.getProperty("turing.test.jar")), CampaignCommand.SMALL_JAVA);
    private static final RuntimeSetting THREE_NODES = new RuntimeSetting(Duration.ofSeconds(3), 3, true);

    @BeforeEach
    void findProcesses() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "the campaign finds processes by Linux's /proc");
    }

    @Test
    void nothingIsLostAndNothingIsDoneTwiceWhenNodesAreKilledAndOneLeavesInOrder() throws Exception {
        List<FaultKind> kinds =
                cuttable(FaultKind.KILL, FaultKind.KILL_SPEAKER, FaultKind.TERMINATE, FaultKind.CUT_LINKS);
        Order order = order("cluster-short", 3, 2, 2, kinds, THREE_NODES, 3, false);

        RoundResult result = new Campaign(order, FOLDER, System.out::println).only(0);

        System.out.print(new CampaignTable(List.of(result)).markdown());
        assertThat(result.incidents()).isEmpty();
        assertThat(result.lost()).isZero();
        assertThat(result.doubled()).isZero();
        assertThat(result.kills()).isEqualTo(2);
        assertThat(result.transitions()).isGreaterThan(100);
    }

    @Test
    @Tag("chaos")
    void nothingIsLostAndNothingIsDoneTwiceWhenEverythingIsStruckInTurn() throws Exception {
        List<FaultKind> kinds = cuttable(
                FaultKind.KILL,
                FaultKind.KILL_SPEAKER,
                FaultKind.TERMINATE,
                FaultKind.FREEZE,
                FaultKind.KILL_SCRIPT,
                FaultKind.RESTART_DATABASE,
                FaultKind.TERMINATE_BACKENDS,
                FaultKind.CUT_LINKS);
        check(order("cluster", Long.getLong("campaign.seed"), 100, 10, kinds, THREE_NODES, 3, false));
    }

    @Test
    @Tag("chaos")
    void whatAKilledNodeHeldRunsElsewhereAtTheDefaults() throws Exception {
        List<FaultKind> kills = List.of(FaultKind.KILL, FaultKind.KILL_SPEAKER);
        int strikes = Integer.getInteger("campaign.kills.at.defaults");
        RuntimeSetting defaults = new RuntimeSetting(Duration.ZERO, 3, true);
        check(order("cluster-defaults", Long.getLong("campaign.seed"), strikes, 10, kills, defaults, 1, true));
    }

    private static List<FaultKind> cuttable(FaultKind... wanted) throws Exception {
        List<FaultKind> kinds = new ArrayList<>(List.of(wanted));
        if (!Machine.canCut(System.out::println)) {
            kinds.remove(FaultKind.CUT_LINKS);
        }
        return kinds;
    }

    private static Order order(
            String series,
            long seed,
            int strikes,
            int strikesPerRound,
            List<FaultKind> kinds,
            RuntimeSetting setting,
            int lyingOneIn,
            boolean alone)
            throws Exception {
        return new Order(
                series,
                seed,
                strikes,
                strikesPerRound,
                kinds,
                setting,
                Duration.ofSeconds(2),
                lyingOneIn,
                alone,
                PROGRAM,
                CampaignCommand.hash(PROGRAM.jar()),
                System.getProperty("turing.test.python", "python3"));
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
