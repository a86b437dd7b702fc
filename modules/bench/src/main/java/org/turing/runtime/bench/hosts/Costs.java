package org.turing.runtime.bench.hosts;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.turing.runtime.bench.BenchDatabase;
import org.turing.runtime.bench.hosts.MessageCount.Sent;

/**
 * What a cluster has cost so far, or within a while.
 *
 * @param at PostgreSQL's clock, in µs; within a while: how long that was
 * @param calls statements executed by PostgreSQL, by their text, those that begin and end transactions included
 * @param transactions of PostgreSQL, ended either way
 * @param walBytes written to the write-ahead log
 * @param sent messages between nodes by class
 * @param processorMicros processor time of each node
 */
record Costs(
        long at,
        Map<String, Long> calls,
        long transactions,
        long walBytes,
        Map<String, Sent> sent,
        List<Long> processorMicros) {

    /** So far; the benchmark's own statements are not counted. */
    static Costs now(BenchDatabase database, SimulatedHosts hosts) throws IOException, SQLException {
        long at = database.now();
        Map<String, Long> calls =
                database.counts("SELECT query, sum(calls) FROM pg_stat_statements WHERE query NOT LIKE '"
                        + BenchDatabase.MARK + "%' GROUP BY query");
        long own = database.asked();
        long transactions = database.numbers(
                        "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()")
                .get(0);
        long walBytes = database.numbers("SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS bigint)")
                .get(0);
        return new Costs(at, calls, transactions - own, walBytes, hosts.sent(), hosts.processorMicros());
    }

    /** Within the while from that moment to this one; nodes may have come since, none has gone. */
    Costs since(Costs earlier) {
        Map<String, Sent> within = new HashMap<>();
        sent.forEach((name, now) -> within.put(name, now.minus(earlier.sent.getOrDefault(name, Sent.NONE))));
        Map<String, Long> called = new HashMap<>();
        calls.forEach((query, now) -> called.put(query, now - earlier.calls.getOrDefault(query, 0L)));
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < processorMicros.size(); i++) {
            long before = i < earlier.processorMicros.size() ? earlier.processorMicros.get(i) : 0;
            micros.add(processorMicros.get(i) - before);
        }
        return new Costs(
                at - earlier.at,
                called,
                transactions - earlier.transactions,
                walBytes - earlier.walBytes,
                within,
                micros);
    }

    double seconds() {
        return at / 1_000_000.0;
    }

    long statements() {
        return calls.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Messages that the runtime's actors make, its topics included, or those of forming and holding the cluster. */
    Sent messages(boolean ofTheRuntime) {
        return sent.entrySet().stream()
                .filter(entry -> ofTheCluster(entry.getKey()) != ofTheRuntime)
                .map(Map.Entry::getValue)
                .reduce(Sent.NONE, Sent::plus);
    }

    private static boolean ofTheCluster(String name) {
        return name.startsWith("org.apache.pekko.cluster.") || name.startsWith("org.apache.pekko.remote.");
    }

    double processorSeconds() {
        return processorMicros.stream().mapToLong(Long::longValue).sum() / 1_000_000.0;
    }

    /** Of the node that was started first, where task types and gates live. */
    double firstNodesProcessorSeconds() {
        return processorMicros.get(0) / 1_000_000.0;
    }
}
