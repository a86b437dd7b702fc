package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.app.program.ChildRuntime.Way;

/** {@code turing demo --nodes 3}: one cluster of three processes. */
class DemoNodesIT {

    /** Six JVMs' starts, where a machine is busy with other things. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final int TERMS = 60;

    @TempDir
    Path folder;

    @Test
    void threeNodesShareTheWorkAndNoneIsLeftBehind() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            Process demo = child.start("demo", "--nodes", "3", "--terms", "" + TERMS, "--json");
            Set<ProcessHandle> nodes = awaitNodes(child, demo);
            assertThat(demo.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(child::errors)
                    .isTrue();
            assertThat(demo.exitValue()).as(child::errors).isZero();

            JsonNode report = new JsonMapper().readTree(child.out(0));
            assertThat(report.path("subjects").asInt()).isEqualTo(TERMS);
            assertThat(report.path("failed").asInt()).isZero();
            assertThat(report.path("completed").asInt()).isEqualTo(TERMS);
            assertThat(names(report.path("shares").path("nodes"))).containsExactly("node-1", "node-2", "node-3");
            for (JsonNode taskType : report.path("shares").path("task_types")) {
                assertThat(taskType.path("tickets").properties())
                        .as(taskType.toString())
                        .allSatisfy(tickets -> assertThat(tickets.getKey()).startsWith("node-"));
            }
            assertThat(sum(report, "lucy")).isEqualTo(TERMS);
            assertThat(workers(report))
                    .as("more than one node had a part in it")
                    .hasSizeGreaterThan(1);
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
        assertThat(Files.readString(demo().resolve("node-1.log"))).doesNotContain("ERROR");
    }

    @Test
    void aDemoThatIsStoppedEndsItsNodesToo() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            Process demo = child.start("demo", "--nodes", "2", "--terms", "" + TERMS);
            Set<ProcessHandle> nodes = awaitNodes(child, demo);
            demo.destroy();
            assertThat(child.exitCode(demo)).as(child::errors).isEqualTo(1);
            assertThat(child.errors()).contains("the demo was stopped before its end");
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void nodesEndByThemselvesWhenTheirDemoIsKilled() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            Process demo = child.start("demo", "--nodes", "2", "--terms", "" + TERMS);
            Set<ProcessHandle> nodes = awaitNodes(child, demo);
            demo.destroyForcibly().waitFor();
            await().atMost(LIMIT).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private Path demo() {
        return folder.resolve("data").resolve("demo");
    }

    /** The first node at least, once it has begun to write its log. */
    private Set<ProcessHandle> awaitNodes(ChildRuntime child, Process demo) {
        Path log = demo().resolve("node-1.log");
        await().atMost(LIMIT).until(() -> {
            assertThat(demo.isAlive()).as(child::errors).isTrue();
            return Files.exists(log) && Files.size(log) > 0;
        });
        Set<ProcessHandle> nodes = demo.descendants()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .contains("--until-end-of"))
                .collect(Collectors.toSet());
        assertThat(nodes).isNotEmpty();
        return nodes;
    }

    private static List<String> names(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static long sum(JsonNode report, String taskType) {
        long sum = 0;
        for (JsonNode share : report.path("shares").path("task_types")) {
            if (share.path("task_type").asText().equals(taskType)) {
                for (JsonNode tickets : share.path("tickets")) {
                    sum += tickets.asLong();
                }
            }
        }
        return sum;
    }

    private static Set<String> workers(JsonNode report) {
        Set<String> workers = new TreeSet<>();
        for (JsonNode share : report.path("shares").path("task_types")) {
            share.path("tickets").properties().forEach(tickets -> {
                if (tickets.getValue().asLong() > 0) {
                    workers.add(tickets.getKey());
                }
            });
        }
        return workers;
    }
}
