package org.turing.runtime.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes as processes, as far as it can be told from ones that end early; DemoNodesIT has ones that work. */
class LocalNodesTest {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void whatHasNotBeenStartedIsNotMissed() throws Exception {
        try (LocalNodes nodes = LocalNodes.of(plan(3, "--no-such-option"))) {
            nodes.check();
            assertThat(nodes.names()).containsExactly("node-1", "node-2", "node-3");
            assertThat(nodes.pid("node-1")).isZero();
            assertThat(nodes.status()).isEmpty();
        }
    }

    @Test
    void oneThatEndsEarlyIsToldWithTheLastLinesOfItsLog() throws Exception {
        try (LocalNodes nodes = LocalNodes.of(plan(2, "--no-such-option"))) {
            nodes.startWhatIsMissing(1);
            assertThat(nodes.pid("node-2")).isZero();
            await().atMost(LIMIT)
                    .until(() -> ProcessHandle.of(nodes.pid("node-1"))
                            .map(ProcessHandle::isAlive)
                            .orElse(false)
                            .equals(false));

            assertThatThrownBy(nodes::check)
                    .isInstanceOf(NodeTrouble.class)
                    .hasMessageStartingWith("node-1 ended early with exit code 2")
                    .hasMessageContaining(folder.resolve("node-1.log").toString())
                    .hasMessageContaining("Unknown option: '--no-such-option'");
        }
    }

    @Test
    void noNodeOutlivesTheEndOfAll() throws Exception {
        long pid;
        try (LocalNodes nodes = LocalNodes.of(plan(1, "-Dturing.scripts.folder=" + folder))) {
            nodes.startWhatIsMissing(1);
            pid = nodes.pid("node-1");
            assertThat(ProcessHandle.of(pid)).isPresent();
        }
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        assertThat(Files.exists(folder.resolve("node-1.log"))).isTrue();
    }

    /** Nobody listens on the port of that database, so that no node comes to work. */
    private NodesPlan plan(int nodes, String argument) {
        return new NodesPlan(
                folder,
                nodes,
                List.of(argument),
                Map.of("TURING_DB_URL", "postgresql://ada:secret@127.0.0.1:1/work"),
                Duration.ofSeconds(5));
    }
}
