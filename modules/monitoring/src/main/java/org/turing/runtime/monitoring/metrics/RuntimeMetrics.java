package org.turing.runtime.monitoring.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.RuntimeStatus;

/**
 * The runtime's status and the JVM's own metrics as a Prometheus page. The runtime's names, all read at the moment of
 * the scrape; counters start at 0 with the runtime:
 *
 * <ul>
 *   <li>{@code turing_up}: 1 if the runtime answered, 0 if not (then the rest is left out)
 *   <li>{@code turing_runtime_info{version,host,pid,runtime_id}}: 1
 *   <li>{@code turing_runtime_state{state}}: 1 for the state that it is in
 *   <li>{@code turing_runtime_start_time_seconds}: when it started, seconds since 1970
 *   <li>{@code turing_database_up}: 1 if the database serves, else 0
 *   <li>{@code turing_warnings}: how many warnings {@code status} shows for the runtime as a whole
 *   <li>{@code turing_tickets_total{task_type,outcome}}: ended; outcome {@code completed}, {@code skipped},
 *       {@code failed} (attempts), {@code dead} or {@code overtaken}
 *   <li>{@code turing_inbox{task_type}}: subjects that may be claimed now; left out while not known
 *   <li>{@code turing_inbox_is_more{task_type}}: 1 if counting stopped there, else 0
 *   <li>{@code turing_in_flight{task_type}}, {@code turing_running{task_type}}: subjects claimed, and of these those
 *       whose script runs
 *   <li>{@code turing_waiting_subjects{task_type,why}}: subjects that are kept from work; why is {@code backing_off},
 *       {@code stayed}, {@code set_aside} or {@code dead}
 *   <li>{@code turing_task_type_state{task_type,state,model,pipeline}}: 1 for the state that it is in
 *   <li>{@code turing_task_type_warnings{task_type}}: how many warnings it shows
 *   <li>{@code turing_tickets_per_minute{task_type}}: finished over the last minute
 *   <li>{@code turing_run_duration_seconds{task_type,quantile}}, {@code turing_run_duration_max_seconds{task_type}}:
 *       from the script being handed the subject to its result; left out until one was measured
 *   <li>{@code turing_pick_up_seconds{task_type,quantile}}, {@code turing_pick_up_max_seconds{task_type}}: from the
 *       wake-up to the script being handed the subject
 *   <li>{@code turing_gate_slots{model}}, {@code turing_gate_slots_held{model}}: slots, and those that are held
 *   <li>{@code turing_gate_state{model,state}}: 1 for the state that it is in
 *   <li>{@code turing_gate_waiting{model}}: task types in line
 *   <li>{@code turing_gate_waiting_longest_seconds{model}}: how long the first of them has waited; 0 if none does
 *   <li>{@code turing_gate_slots_quarantined{model}}: slots whose holder failed and whose processes are not seen to
 *       have ended
 *   <li>{@code turing_gate_idle_alarm{model}}: 1 while the gate idles although work waits, else 0
 *   <li>{@code turing_gate_granted_total{model}}: slots granted
 *   <li>{@code turing_gate_busy_seconds_total{model}}: slot-seconds held
 *   <li>{@code turing_run_timeout_seconds{task_type}}: the longest run of one subject
 *   <li>{@code turing_breaker_open_since_seconds{kind,name}}: when the breaker of a model, a script or a task type
 *       ({@code kind="task_type"}) opened, seconds since 1970; none while it is closed
 *   <li>{@code turing_breaker_failed_probes{kind,name}}: probes of an open breaker that have failed
 * </ul>
 *
 * <p>The JVM's are Micrometer's: {@code jvm_memory_…}, {@code jvm_gc_…}, {@code jvm_threads_…}, {@code process_…}.
 */
public final class RuntimeMetrics implements AutoCloseable {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private @Nullable RuntimeStatus shown;

    /** Starts to watch the JVM. */
    public RuntimeMetrics() {
        List<MeterBinder> binders = List.of(
                new ClassLoaderMetrics(),
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
        collections.bindTo(registry);
        registry.getPrometheusRegistry().register(new OfTheRuntime());
    }

    /**
     * The page in Prometheus' text format, version 0.0.4.
     *
     * @param status what to show, or null if the runtime did not answer
     */
    public synchronized String scrape(@Nullable RuntimeStatus status) {
        shown = status;
        try {
            return registry.scrape();
        } finally {
            shown = null;
        }
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private final class OfTheRuntime implements MultiCollector {
        @Override
        public MetricSnapshots collect() {
            return StatusSnapshots.of(shown);
        }
    }
}
