package org.turing.runtime.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.NodeStatus;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus.Percentiles;
import org.turing.runtime.ports.view.Whereabouts;

class StatusReportTest {

    private static final Instant OPENED = Instant.parse("2026-01-02T12:04:05Z");
    private static final BreakerStatus BREAKER =
            new BreakerStatus("model", "gemma2", OPENED, "refused", OPENED.plusSeconds(8), 3);

    @Test
    void countsThatAreAllNoughtAreLeftOut() {
        List<String> lines = StatusReport.lines(status(taskType("alma", 0, null)), 80);

        assertThat(lines)
                .anyMatch(line -> line.startsWith("TASK TYPE  STATE  INBOX  RUNNING  DONE  /MIN  MEDIAN  TIMEOUT"));
        assertThat(lines).contains("alma       idle    100+        2  4144     0   1.2 s  4.6 s (250 runs)");
    }

    @Test
    void aCountThatIsNotNoughtAppearsForAll() {
        List<String> lines = StatusReport.lines(status(taskType("alma", 3, null), taskType("lucy", 0, null)), 80);

        assertThat(lines).anyMatch(line -> line.contains("DEAD"));
    }

    @Test
    void aReasonIsToldBelowOnceAndWithinTheWidth() {
        String reason = "task type 'alma': work_query failed: column \"statu\" does not exist (position 31). Fix: it";
        List<String> lines = StatusReport.lines(status(List.of(reason), taskType("alma", 0, reason)), 60);

        assertThat(String.join(" ", lines))
                .containsOnlyOnce("work_query failed")
                .contains("alma is idle: work_query failed");
        assertThat(lines.subList(lines.size() - 2, lines.size()))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60));
    }

    @Test
    void outcomesThatWaitToBeWrittenAreToldOnce() {
        String warning = "3 outcome(s) wait to be written to the ledger, the oldest for 12 s";
        RuntimeStatus status = waiting(new RuntimeStatus.Unwritten(3, 4_096, 12), List.of(warning));

        assertThat(StatusReport.lines(status, 80)).containsOnlyOnce(warning.replace("12 s", "12.0 s"));
        assertThat(String.join("\n", StatusReport.lines(status, 80))).containsOnlyOnce("wait to be written");
        assertThat(String.join("\n", StatusReport.lines(status(taskType("alma", 0, null)), 80)))
                .doesNotContain("wait to be written");
    }

    @Test
    void aGateShowsWhoHoldsItAndWhoWaits() {
        assertThat(StatusReport.lines(status(taskType("alma", 0, null)), 80))
                .contains("gemma2  open      1  1 min 30 s  alma 3.0 s  clara_a ×2 12.5 s");
    }

    @Test
    void anOpenBreakerShowsWhatIsOutOfOrderSinceWhenWhyAndWhenItIsTriedNext() {
        String report = String.join("\n", StatusReport.lines(status(taskType("alma", 0, null)), 200));

        assertThat(report)
                .containsPattern("OUT OF ORDER +SINCE +NEXT PROBE +FAILED PROBES +WHY")
                .containsPattern(
                        "model 'gemma2' +2026-01-0\\d \\d\\d:\\d\\d:05 +2026-01-0\\d \\d\\d:\\d\\d:13 +3 +refused");
    }

    @Test
    void onANarrowTerminalNoLineIsTooWideAndTheReasonStandsBelow() {
        List<String> lines = StatusReport.lines(status(taskType("alma_with_a_rather_long_name", 3, null)), 80);

        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(lines).contains("model 'gemma2': refused");
    }

    @Test
    void inAClusterTaskTypesAndGatesShowWhereTheyLiveAndWork() {
        List<String> lines = StatusReport.lines(clustered(Map.of("gpu-2", 1, "gpu-1", 2)), 200);

        assertThat(lines).anyMatch(line -> line.endsWith("TIMEOUT           RUNS ON           LIVES ON"));
        assertThat(lines).anyMatch(line -> line.endsWith("4.6 s (250 runs)  gpu-1 2, gpu-2 1  node-1"));
        assertThat(lines).anyMatch(line -> line.endsWith("WAITING            SLOTS ON          LIVES ON"));
        assertThat(lines).anyMatch(line -> line.endsWith("clara_a ×2 12.5 s  gpu-1 2, gpu-2 1  node-1"));
    }

    @Test
    void aNodeByItselfSaysNothingOfNodes() {
        assertThat(String.join("\n", StatusReport.lines(status(taskType("alma", 0, null)), 200)))
                .doesNotContain("LIVES ON", "RUNS ON", "SLOTS ON");
    }

    @Test
    void onANarrowTerminalManyHostsTakeSeveralLinesAndNoneIsTooWide() {
        Map<String, Integer> hosts = new HashMap<>();
        for (int host = 1; host <= 12; host++) {
            hosts.put("gpu-" + host, 1);
        }
        for (int width : List.of(80, 120, 200)) {
            List<String> lines = StatusReport.lines(clustered(hosts), width);

            assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width));
            assertThat(String.join("\n", lines)).containsPattern("RUNS ON\\b");
            hosts.keySet().forEach(host -> assertThat(String.join("\n", lines)).containsPattern(host + " 1(,|\\s)"));
        }
        assertThat(String.join("\n", StatusReport.lines(clustered(hosts), 80))).doesNotContain("LIVES ON");
    }

    /** A cluster of two in which everything is on these hosts. */
    private static RuntimeStatus clustered(Map<String, Integer> hosts) {
        Whereabouts where = new Whereabouts("node-1", hosts);
        return status(
                List.of(node("node-1"), node("gpu-2")),
                where,
                RuntimeStatus.Unwritten.NONE,
                List.of(),
                taskType("alma", 0, null, where));
    }

    private static NodeStatus node(String name) {
        return new NodeStatus(
                name, name + ":7627", List.of("control", "worker"), "up", false, false, 1, 4, List.of(), List.of());
    }

    private static RuntimeStatus status(TaskTypeStatus... taskTypes) {
        return status(List.of(), taskTypes);
    }

    private static RuntimeStatus status(List<String> warnings, TaskTypeStatus... taskTypes) {
        return waiting(RuntimeStatus.Unwritten.NONE, warnings, taskTypes);
    }

    private static RuntimeStatus waiting(
            RuntimeStatus.Unwritten unwritten, List<String> warnings, TaskTypeStatus... taskTypes) {
        return status(List.of(), Whereabouts.UNKNOWN, unwritten, warnings, taskTypes);
    }

    private static RuntimeStatus status(
            List<NodeStatus> nodes,
            Whereabouts gateIs,
            RuntimeStatus.Unwritten unwritten,
            List<String> warnings,
            TaskTypeStatus... taskTypes) {
        GateStatus gate = new GateStatus(
                "gemma2",
                1,
                "open",
                0,
                List.of(new GateStatus.Party("alma", 1, 3)),
                List.of(new GateStatus.Party("clara_a", 2, 12.5)),
                7,
                90,
                null,
                gateIs);
        return new RuntimeStatus(
                "1",
                "owl",
                71,
                3,
                "running",
                Instant.now(),
                null,
                unwritten,
                nodes,
                List.of(taskTypes),
                List.of(gate),
                List.of(BREAKER),
                warnings);
    }

    private static TaskTypeStatus taskType(String name, long dead, @Nullable String reason) {
        return taskType(name, dead, reason, Whereabouts.UNKNOWN);
    }

    private static TaskTypeStatus taskType(String name, long dead, @Nullable String reason, Whereabouts where) {
        Percentiles runs = new Percentiles(9, 1234, 2000, 2000);
        return new TaskTypeStatus(
                9389,
                name,
                "owl",
                "gemma2",
                "idle",
                reason,
                100,
                true,
                3,
                2,
                4144,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                dead,
                0,
                runs,
                Percentiles.NONE,
                4.6,
                "learned from 250 runs",
                List.of(),
                where);
    }
}
