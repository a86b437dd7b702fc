package org.turing.runtime.bench.pickup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.report.Figures;

class PickUpTableTest {

    private final PickUpTable table = new PickUpTable();

    @Test
    void timesAreComparedWithThePeersWhereverItStands() {
        table.add("ours", Figures.ofMicros(List.of(1000L, 3000L, 9000L)), false);
        table.add("peer", Figures.ofMicros(List.of(1000L, 2000L, 12000L)), true);

        assertThat(table.lines())
                .contains("| ours | 3 | 3.0 | 9.0 | 9.0 | 1.0 to 9.0 | 1.50 | 0.75 |")
                .contains("| peer | 3 | 2.0 | 12.0 | 12.0 | 1.0 to 12.0 | 1.00 | 1.00 |");
    }

    @Test
    void withoutAPeerThereAreNoRatios() {
        table.add("ours", Figures.ofMicros(List.of(1000L)), false);

        assertThat(table.lines()).contains("| ours | 1 | 1.0 | 1.0 | 1.0 | 1.0 to 1.0 | – | – |");
    }
}
