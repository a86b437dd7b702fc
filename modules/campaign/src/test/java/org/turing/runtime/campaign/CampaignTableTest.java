package org.turing.runtime.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rounds come to together, and that they are found again. */
class CampaignTableTest {

    @Test
    void aPercentileIsAValueThatWasMeasured() {
        long[] hundred = new long[100];
        for (int i = 0; i < hundred.length; i++) {
            hundred[i] = i + 1;
        }

        assertThat(CampaignTable.percentile(hundred, 0.5)).isEqualTo(50);
        assertThat(CampaignTable.percentile(hundred, 0.99)).isEqualTo(99);
        assertThat(CampaignTable.percentile(new long[] {7}, 0.99)).isEqualTo(7);
    }

    @Test
    void aFailedRoundCountsAsStruckAndNotAsSurvived() {
        String table = new CampaignTable(List.of(round(0, 0), round(1, 2))).markdown();

        assertThat(table)
                .contains("| rounds, passed | 2, 1 |")
                .contains("| SIGKILL of a runtime: struck, in rounds that passed | 20, 10 |")
                .contains("| effects lost | 2 |")
                .contains("| nodes that the others gave up | 4 |")
                .contains(
                        "| the node that speaks killed: work goes on anywhere, p50 / p99 / max (s) | 0.9 / 0.9 / 0.9 |")
                .contains(
                        "| the node that speaks killed: every task type goes on, p50 / p99 / max (s) | 9.1 / 9.1 / 9.1 |")
                .contains("running again elsewhere: its first subject, p50 / p99 / max (s) | 4.2 / 4.2 / 4.2 |");
    }

    @Test
    void anInterruptedCampaignFindsItsRoundsAgain(@TempDir Path folder) throws Exception {
        Progress progress = new Progress(folder.resolve("deeper/progress.jsonl"));
        progress.add(round(0, 0));
        progress.add(round(1, 2));

        assertThat(progress.of("kills", 1)).containsExactly(round(0, 0), round(1, 2));
        assertThat(progress.of("kills", 2)).isEmpty();
        assertThat(progress.of("others", 1)).isEmpty();
    }

    private static RoundResult round(int number, long lost) {
        return new RoundResult(
                "kills",
                1,
                number,
                Round.seedOf(1, number),
                "0123456789ab",
                Map.of("kill", 10),
                100,
                150,
                lost,
                0,
                Map.of("parcels_deliver", 3L),
                0,
                0,
                2,
                900,
                List.of(new Recovery.Figure(true, true, 900, 9100, 4200, 4400)),
                List.of(),
                60);
    }
}
