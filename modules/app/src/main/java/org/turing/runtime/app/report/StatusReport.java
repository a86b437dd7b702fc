package org.turing.runtime.app.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.NodeStatus;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.Whereabouts;

/** A runtime's status for people: what is all nought is left out, what is wrong comes last, where it is seen. */
public final class StatusReport {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    /** What a narrow terminal does without, in this order. */
    private static final String[] DISPENSABLE = {
        "TIMEOUT", "LIVES ON", "MEDIAN", "/MIN", "OVERTAKEN", "SKIPPED", "RUNS ON"
    };

    /** So many columns leave some for the reasons of what is out of order; below, those stand under the table. */
    private static final int ROOM_FOR_REASONS = 120;

    /** A list takes a quarter of the width, and so much at least. */
    private static final int NARROWEST_LIST = 20;

    private StatusReport() {}

    /** A column that appears only where it has something to say. */
    private record Count(String heading, ToLongFunction<TaskTypeStatus> of) {}

    private static final List<Count> COUNTS = List.of(
            new Count("DONE", TaskTypeStatus::completed),
            new Count("SKIPPED", TaskTypeStatus::skipped),
            new Count("FAILED", TaskTypeStatus::failed),
            new Count("OVERTAKEN", TaskTypeStatus::overtaken),
            new Count("BACKING OFF", TaskTypeStatus::backingOff),
            new Count("ASIDE", status -> status.stayed() + status.setAside()),
            new Count("DEAD", TaskTypeStatus::deadStanding));

    /** @param width columns of the terminal */
    public static List<String> lines(RuntimeStatus status, int width) {
        List<String> lines = new ArrayList<>();
        lines.add(status.state() + " for " + Spoken.duration(Duration.between(status.startedAt(), Instant.now()))
                + ", since " + TIME.format(status.startedAt()));
        lines.add("pid " + status.pid() + " on " + status.host() + ", version " + status.version());
        if (status.databaseProblem() != null) {
            lines.add("database: " + status.databaseProblem());
        }
        if (status.unwritten().outcomes() > 0) {
            lines.add(unwritten(status) + ", the oldest for "
                    + Spoken.seconds(status.unwritten().seconds()));
        }
        boolean clustered = status.nodes().size() > 1;
        if (clustered) {
            lines.add("");
            lines.addAll(nodes(status.nodes(), width));
        }
        lines.add("");
        if (status.taskTypes().isEmpty()) {
            lines.add("no task type is registered: INSERT INTO task_types … (turing sql)");
        } else {
            lines.addAll(taskTypes(status.taskTypes(), clustered, width));
        }
        if (!status.gates().isEmpty()) {
            lines.add("");
            lines.addAll(gates(status.gates(), clustered, width));
        }
        if (!status.breakers().isEmpty()) {
            lines.add("");
            lines.addAll(breakers(status.breakers(), width));
        }
        List<String> remarks = remarks(status);
        if (!remarks.isEmpty()) {
            lines.add("");
            remarks.forEach(remark -> lines.addAll(TextTable.wrapped(remark, width)));
        }
        return lines;
    }

    private static List<String> nodes(List<NodeStatus> nodes, int width) {
        TextTable table = TextTable.of("NODE", "ADDRESS", "STATE", "ROLES", "RUNTIME", "CORES", "GPUS", "MODELS");
        table.numbers(4);
        table.numbers(5);
        for (NodeStatus node : nodes) {
            table.row(
                    node.name() + (node.asked() ? " *" : ""),
                    node.address(),
                    node.state(),
                    String.join(" ", node.roles()) + (node.speaks() ? " (speaks)" : ""),
                    node.runtimeId() == 0 ? "" : String.valueOf(node.runtimeId()),
                    node.cores() == 0 ? "" : String.valueOf(node.cores()),
                    String.join(", ", node.gpus()),
                    node.cores() == 0 ? "" : node.models().isEmpty() ? "all" : String.join(", ", node.models()));
        }
        return table.within(width, "GPUS", "MODELS", "CORES", "RUNTIME").lines(width, 0);
    }

    private static String unwritten(RuntimeStatus status) {
        return String.format(
                Locale.ROOT,
                "%,d outcome(s) wait to be written to the ledger",
                status.unwritten().outcomes());
    }

    private static List<String> taskTypes(List<TaskTypeStatus> taskTypes, boolean clustered, int width) {
        List<Count> shown = COUNTS.stream()
                .filter(count -> count.heading().equals("DONE")
                        || taskTypes.stream().anyMatch(taskType -> count.of().applyAsLong(taskType) > 0))
                .toList();
        List<String> headings = new ArrayList<>(List.of("TASK TYPE", "STATE", "INBOX", "RUNNING"));
        shown.forEach(count -> headings.add(count.heading()));
        headings.addAll(List.of("/MIN", "MEDIAN", "TIMEOUT", "RUNS ON", "LIVES ON"));
        TextTable table = TextTable.of(headings.toArray(String[]::new));
        for (int column = 2; column < headings.indexOf("TIMEOUT"); column++) {
            table.numbers(column);
        }
        for (TaskTypeStatus taskType : taskTypes) {
            List<Object> row = new ArrayList<>(
                    List.of(taskType.name(), taskType.state(), inbox(taskType), String.valueOf(taskType.running())));
            shown.forEach(count -> row.add(count.of().applyAsLong(taskType)));
            row.add(String.format(Locale.ROOT, "%.0f", taskType.perMinute()));
            row.add(
                    taskType.durationMillis().count() == 0
                            ? ""
                            : Spoken.seconds(taskType.durationMillis().p50() / 1000));
            row.add(timeout(taskType));
            row.add(hosts(taskType.where(), width));
            row.add(node(taskType.where()));
            table.row(row.toArray());
        }
        return (clustered ? table : table.without("RUNS ON").without("LIVES ON"))
                .within(width, DISPENSABLE)
                .lines(width, 0);
    }

    /** For example {@code gpu-1 2, gpu-2 1}: those with most come first. */
    private static String hosts(Whereabouts where, int width) {
        return listed(
                where.hosts().entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .map(host -> host.getKey() + " " + host.getValue()),
                width);
    }

    private static String node(Whereabouts where) {
        return where.node().isEmpty() ? "?" : where.node();
    }

    /** With commas, in lines that leave room for other columns; none ends within an entry. */
    private static String listed(Stream<String> entries, int width) {
        int most = Math.max(NARROWEST_LIST, width / 4);
        StringBuilder text = new StringBuilder();
        int lineBegan = 0;
        for (String entry : entries.toList()) {
            if (text.length() > 0) {
                boolean fits = text.length() - lineBegan + ", ".length() + entry.length() <= most;
                text.append(fits ? ", " : ",\n");
                lineBegan = fits ? lineBegan : text.length();
            }
            text.append(entry);
        }
        return text.toString();
    }

    /** For example {@code 4.6 s (250 runs)}, {@code 30 min (default)}. */
    private static String timeout(TaskTypeStatus taskType) {
        String from = taskType.timeoutFrom();
        return from == null
                ? ""
                : Spoken.seconds(taskType.timeoutSeconds()) + " (" + from.replace("learned from ", "") + ")";
    }

    private static String inbox(TaskTypeStatus taskType) {
        if (taskType.inbox() < 0) {
            return "?";
        }
        return taskType.inbox() + (taskType.inboxIsMore() ? "+" : "");
    }

    private static List<String> gates(List<GateStatus> gates, boolean clustered, int width) {
        TextTable table = TextTable.of("MODEL", "GATE", "SLOTS", "BUSY", "HELD BY", "WAITING", "SLOTS ON", "LIVES ON")
                .numbers(2, 3);
        for (GateStatus gate : gates) {
            table.row(
                    gate.model(),
                    gate.state() + (gate.quarantined() > 0 ? ", " + gate.quarantined() + " quarantined" : ""),
                    gate.slots(),
                    Spoken.seconds(gate.busySeconds()),
                    parties(gate.holders(), width),
                    parties(gate.waiting(), width),
                    hosts(gate.where(), width),
                    node(gate.where()));
        }
        return (clustered ? table : table.without("SLOTS ON").without("LIVES ON"))
                .within(width, "LIVES ON", "SLOTS ON")
                .lines(width, 5);
    }

    private static List<String> breakers(List<BreakerStatus> breakers, int width) {
        TextTable table = TextTable.of("OUT OF ORDER", "SINCE", "NEXT PROBE", "FAILED PROBES", "WHY")
                .numbers(3);
        for (BreakerStatus breaker : breakers) {
            Instant next = breaker.nextProbeAt();
            table.row(
                    breaker.kind() + " '" + breaker.name() + "'",
                    TIME.format(breaker.since()),
                    next == null ? "under way" : TIME.format(next),
                    breaker.failedProbes(),
                    breaker.reason());
        }
        if (width >= ROOM_FOR_REASONS) {
            return table.lines(width, 4);
        }
        List<String> lines = new ArrayList<>(table.without("WHY").lines(width, 0));
        breakers.forEach(breaker -> lines.addAll(
                TextTable.wrapped(breaker.kind() + " '" + breaker.name() + "': " + breaker.reason(), width)));
        return lines;
    }

    private static String parties(List<GateStatus.Party> parties, int width) {
        return listed(
                parties.stream()
                        .map(party -> party.taskType() + (party.slots() > 1 ? " ×" + party.slots() : "") + " "
                                + Spoken.seconds(party.seconds())),
                width);
    }

    private static List<String> remarks(RuntimeStatus status) {
        List<String> remarks = new ArrayList<>();
        List<String> told = new ArrayList<>(List.of(unwritten(status)));
        for (TaskTypeStatus taskType : status.taskTypes()) {
            if (taskType.reason() != null) {
                remarks.add(taskType.name() + " is " + taskType.state() + ": "
                        + TaskType.withoutName(taskType.name(), taskType.reason()));
                told.add(taskType.reason());
            }
            for (String warning : taskType.warnings()) {
                remarks.add(taskType.name() + ": " + TaskType.withoutName(taskType.name(), warning));
                told.add(warning);
            }
        }
        status.warnings().stream()
                .filter(warning -> told.stream().noneMatch(warning::contains))
                .forEach(remarks::add);
        return remarks;
    }
}
