package org.turing.runtime.ports.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A runtime at a glance.
 *
 * @param version the program's version
 * @param host the machine's name
 * @param pid its process id
 * @param runtimeId its identity in the ledger; 0 until it has one
 * @param state {@code starting}, {@code running}, {@code draining}, {@code waiting for the database}, or
 *     {@code standing by} while another cluster works on the schema
 * @param startedAt when it started
 * @param databaseProblem why the database can't serve, or null
 * @param unwritten outcomes that wait to be written to the ledger
 * @param nodes the nodes of its cluster, itself among them, by address
 * @param taskTypes every enabled or known task type, by name
 * @param gates every model's gate, by model
 * @param breakers circuit breakers that are open
 * @param warnings what people should look at, most pressing first
 */
public record RuntimeStatus(
        String version,
        String host,
        long pid,
        long runtimeId,
        String state,
        Instant startedAt,
        @Nullable String databaseProblem,
        Unwritten unwritten,
        List<NodeStatus> nodes,
        List<TaskTypeStatus> taskTypes,
        List<GateStatus> gates,
        List<BreakerStatus> breakers,
        List<String> warnings) {

    /**
     * Outcomes that wait to be written, because the database can't serve or their subjects' rows are locked.
     *
     * @param outcomes how many
     * @param bytes the memory that they take, roughly
     * @param seconds for how long the oldest has waited; 0 if none waits
     */
    public record Unwritten(long outcomes, long bytes, double seconds) {
        /** Nothing waits. */
        public static final Unwritten NONE = new Unwritten(0, 0, 0);
    }
}
