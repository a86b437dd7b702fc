package org.turing.runtime.monitoring.metrics;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.BreakerStatus;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.RuntimeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.TaskTypeStatus.Percentiles;

/** A status as metrics: what {@link RuntimeMetrics} documents, computed afresh and kept nowhere. */
final class StatusSnapshots {

    private static final double MILLIS_PER_SECOND = 1_000;

    private final MetricSnapshots.Builder snapshots = MetricSnapshots.builder();

    private StatusSnapshots() {}

    static MetricSnapshots of(@Nullable RuntimeStatus status) {
        StatusSnapshots all = new StatusSnapshots();
        all.add(Series.gauge("turing_up", "1 if the runtime answered, else 0").point(status == null ? 0 : 1));
        if (status != null) {
            all.addRuntime(status);
            all.addTaskTypes(status.taskTypes());
            all.addDurations(status.taskTypes());
            all.addGates(status.gates());
            all.addBreakers(status.breakers());
        }
        return all.snapshots.build();
    }

    private void addRuntime(RuntimeStatus status) {
        add(Series.gauge("turing_runtime_info", "the runtime; always 1")
                .point(
                        1,
                        "version",
                        status.version(),
                        "host",
                        status.host(),
                        "pid",
                        Long.toString(status.pid()),
                        "runtime_id",
                        Long.toString(status.runtimeId())));
        add(Series.gauge("turing_runtime_state", "1 for the state that the runtime is in")
                .point(1, "state", status.state()));
        add(Series.gauge("turing_runtime_start_time_seconds", "when the runtime started, seconds since 1970")
                .point(status.startedAt().toEpochMilli() / MILLIS_PER_SECOND));
        add(Series.gauge("turing_database_up", "1 if the database serves, else 0")
                .point(status.databaseProblem() == null ? 1 : 0));
        add(Series.gauge("turing_unwritten_outcomes", "outcomes that wait to be written to the ledger")
                .point(status.unwritten().outcomes()));
        add(Series.gauge("turing_unwritten_bytes", "the memory that outcomes take that wait, roughly")
                .point(status.unwritten().bytes()));
        add(Series.gauge("turing_unwritten_oldest_seconds", "for how long the oldest outcome has waited")
                .point(status.unwritten().seconds()));
        add(Series.gauge("turing_warnings", "warnings about the runtime as a whole")
                .point(status.warnings().size()));
    }

    private void addTaskTypes(List<TaskTypeStatus> all) {
        Series tickets = Series.counter("turing_tickets", "tickets ended, by outcome; failed counts attempts");
        Series waiting = Series.gauge("turing_waiting_subjects", "subjects that are kept from work, by reason");
        Series states = Series.gauge("turing_task_type_state", "1 for the state that the task type is in");
        for (TaskTypeStatus one : all) {
            tickets.point(one.completed(), "task_type", one.name(), "outcome", "completed")
                    .point(one.skipped(), "task_type", one.name(), "outcome", "skipped")
                    .point(one.failed(), "task_type", one.name(), "outcome", "failed")
                    .point(one.dead(), "task_type", one.name(), "outcome", "dead")
                    .point(one.overtaken(), "task_type", one.name(), "outcome", "overtaken");
            waiting.point(one.backingOff(), "task_type", one.name(), "why", "backing_off")
                    .point(one.stayed(), "task_type", one.name(), "why", "stayed")
                    .point(one.setAside(), "task_type", one.name(), "why", "set_aside")
                    .point(one.deadStanding(), "task_type", one.name(), "why", "dead");
            states.point(
                    1,
                    "task_type",
                    one.name(),
                    "state",
                    one.state(),
                    "model",
                    or(one.model()),
                    "pipeline",
                    or(one.pipeline()));
        }
        add(tickets);
        add(waiting);
        add(states);
        perTaskType("turing_inbox", "subjects that may be claimed now", all, one -> {
            return one.inbox() < 0 ? Double.NaN : one.inbox();
        });
        perTaskType("turing_inbox_is_more", "1 if counting the inbox stopped there", all, one -> {
            return one.inboxIsMore() ? 1 : 0;
        });
        perTaskType("turing_in_flight", "subjects claimed by this runtime", all, TaskTypeStatus::inFlight);
        perTaskType("turing_running", "subjects whose script runs now", all, TaskTypeStatus::running);
        perTaskType("turing_run_timeout_seconds", "the longest run of one subject", all, one -> {
            return one.timeoutFrom() == null ? Double.NaN : one.timeoutSeconds();
        });
        perTaskType("turing_tickets_per_minute", "finished over the last minute", all, TaskTypeStatus::perMinute);
        perTaskType("turing_task_type_warnings", "warnings about the task type", all, one -> {
            return one.warnings().size();
        });
    }

    private void addDurations(List<TaskTypeStatus> all) {
        percentiles("turing_run_duration", "of a run, from subject to result", all, TaskTypeStatus::durationMillis);
        percentiles("turing_pick_up", "from the wake-up to the script's start", all, TaskTypeStatus::pickUpMillis);
    }

    private void addGates(List<GateStatus> all) {
        Series states = Series.gauge("turing_gate_state", "1 for the state that the gate is in");
        all.forEach(gate -> states.point(1, "model", gate.model(), "state", gate.state()));
        add(states);
        perGate(Series.gauge("turing_gate_slots", "slots of the gate"), all, GateStatus::slots);
        perGate(Series.gauge("turing_gate_slots_quarantined", "slots of failed holders"), all, GateStatus::quarantined);
        perGate(
                Series.gauge("turing_gate_idle_alarm", "1 while the gate idles although work waits"),
                all,
                gate -> gate.alarm() == null ? 0 : 1);
        perGate(
                Series.gauge("turing_gate_slots_held", "slots that are held"),
                all,
                gate -> gate.holders().stream()
                        .mapToInt(GateStatus.Party::slots)
                        .sum());
        perGate(
                Series.gauge("turing_gate_waiting", "task types in line"),
                all,
                gate -> gate.waiting().size());
        perGate(
                Series.gauge("turing_gate_waiting_longest_seconds", "the longest wait in line now"),
                all,
                gate -> gate.waiting().stream()
                        .mapToDouble(GateStatus.Party::seconds)
                        .max()
                        .orElse(0));
        perGate(Series.counter("turing_gate_granted", "slots granted"), all, GateStatus::granted);
        perGate(Series.counter("turing_gate_busy_seconds", "slot-seconds held"), all, GateStatus::busySeconds);
    }

    private void addBreakers(List<BreakerStatus> open) {
        Series since = Series.gauge(
                "turing_breaker_open_since_seconds",
                "when the breaker of something that is out of order opened, seconds since 1970; none while it is closed");
        Series probes = Series.gauge("turing_breaker_failed_probes", "probes of an open breaker that have failed");
        for (BreakerStatus one : open) {
            String[] labels = {"kind", one.kind().replace(' ', '_'), "name", one.name()};
            since.point(one.since().toEpochMilli() / MILLIS_PER_SECOND, labels);
            probes.point(one.failedProbes(), labels);
        }
        add(since);
        add(probes);
    }

    private void perTaskType(
            String name, String help, List<TaskTypeStatus> all, ToDoubleFunction<TaskTypeStatus> reading) {
        Series series = Series.gauge(name, help);
        all.forEach(one -> series.point(reading.applyAsDouble(one), "task_type", one.name()));
        add(series);
    }

    private void perGate(Series series, List<GateStatus> all, ToDoubleFunction<GateStatus> reading) {
        all.forEach(gate -> series.point(reading.applyAsDouble(gate), "model", gate.model()));
        add(series);
    }

    private void percentiles(
            String name, String help, List<TaskTypeStatus> all, Function<TaskTypeStatus, Percentiles> reading) {
        Series quantiles = Series.gauge(name + "_seconds", "quantiles in seconds " + help);
        Series largest = Series.gauge(name + "_max_seconds", "the largest in seconds " + help);
        for (TaskTypeStatus one : all) {
            Percentiles measured = reading.apply(one);
            if (measured.count() > 0) {
                quantiles
                        .point(measured.p50() / MILLIS_PER_SECOND, "task_type", one.name(), "quantile", "0.5")
                        .point(measured.p99() / MILLIS_PER_SECOND, "task_type", one.name(), "quantile", "0.99");
                largest.point(measured.max() / MILLIS_PER_SECOND, "task_type", one.name());
            }
        }
        add(quantiles);
        add(largest);
    }

    private void add(Series series) {
        snapshots.metricSnapshot(series.snapshot());
    }

    private static String or(@Nullable String text) {
        return text == null ? "" : text;
    }
}
