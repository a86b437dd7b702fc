package org.turing.runtime.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.Program;

/** Ten kills among other faults, drawn from a fixed seed; docs/reliability.md tells how to run more. */
class ShortCampaignIT {

    private static final List<FaultKind> KINDS = List.of(
            FaultKind.KILL,
            FaultKind.TERMINATE,
            FaultKind.KILL_SCRIPT,
            FaultKind.RESTART_DATABASE,
            FaultKind.CRASH_DATABASE);

    @Test
    void nothingIsLostAndNothingIsDoneTwiceWhenRuntimesScriptsAndTheDatabaseAreStruck() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "the campaign finds processes by Linux's /proc");
        Path jar = Path.of(System.getProperty("turing.test.jar"));
        Order order = new Order(
                "short",
                1,
                10,
                10,
                KINDS,
                new RuntimeSetting(Duration.ofSeconds(3), 2, false),
                Duration.ofMillis(1500),
                3,
                false,
                Program.of(jar, CampaignCommand.SMALL_JAVA),
                CampaignCommand.hash(jar),
                System.getProperty("turing.test.python", "python3"));

        RoundResult result =
                new Campaign(order, Path.of(System.getProperty("campaign.folder")), System.out::println).only(0);

        System.out.print(new CampaignTable(List.of(result)).markdown());
        assertThat(result.incidents()).isEmpty();
        assertThat(result.lost()).isZero();
        assertThat(result.doubled()).isZero();
        assertThat(result.count(FaultKind.KILL)).isEqualTo(10);
        assertThat(result.transitions()).isGreaterThan(100);
    }
}
