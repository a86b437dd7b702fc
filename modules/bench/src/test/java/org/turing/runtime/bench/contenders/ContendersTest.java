package org.turing.runtime.bench.contenders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.Program;

class ContendersTest {

    private final List<Contender> all =
            List.of(new KnownContender("floor"), new KnownContender("a"), new KnownContender("b"));

    @Test
    void allAreChosenUnlessNamesAreGiven() {
        assertThat(Contenders.chosen(all, List.of())).isEqualTo(all);
    }

    @Test
    void theChosenOnesKeepTheirUsualOrder() {
        assertThat(Contenders.chosen(all, List.of("b", "floor", "b")))
                .extracting(Contender::name)
                .containsExactly("floor", "b");
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Contenders.chosen(all, List.of("a", "c")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no contender 'c'; there are floor, a, b");
    }

    @Test
    void namesAreUniqueAndTheFloorIsAmongThem() {
        List<Contender> real = Contenders.all(Program.of(Path.of("turing-runtime.jar"), List.of()), 100);
        assertThat(real).extracting(Contender::name).doesNotHaveDuplicates().contains(Floor.NAME);
    }

    @Test
    void theVersionsOfLibrariesAreThoseOfTheBuild() {
        assertThat(PeerVersions.of("db-scheduler")).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(PeerVersions.of("jobrunr")).matches("\\d+\\.\\d+\\.\\d+");
    }

    @Test
    void workloadsAreKnownByTheirTitles() {
        assertThat(Workload.titled("no-op")).isEqualTo(Workload.NO_OP);
        assertThat(Workload.titled("status")).isEqualTo(Workload.STATUS);
        assertThatThrownBy(() -> Workload.titled("thick", Workload.OF_QUEUES))
                .hasMessage("there is no workload 'thick'; there are no-op, status");
    }
}
