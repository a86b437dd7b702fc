package org.turing.runtime.bench.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.contenders.NodePeer;

class NodeProgramsTest {

    @Test
    void anOldVersionOfNodeIsNamedWithTheOneThatIsNeeded() {
        assertThat(NodePrograms.tooOld("v20.20.2"))
                .isEqualTo("Node.js 20.20.2 is too old. Fix: put version 22.18.0 or newer first on the PATH");
    }

    @Test
    void versionsAreComparedByNumberNotByText() {
        assertThat(NodePrograms.tooOld("v22.9.1")).isNotNull();
        assertThat(NodePrograms.tooOld("v22.18.0")).isNull();
        assertThat(NodePrograms.tooOld("v100.0.0")).isNull();
    }

    @Test
    void theVersionsOfThePeersAreThoseOfPackageJson() {
        NodePrograms programs = NodePrograms.besideClasses();

        assertThat(programs.version(NodePeer.GRAPHILE_WORKER)).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(programs.version(NodePeer.PG_BOSS)).matches("\\d+\\.\\d+\\.\\d+");
    }
}
