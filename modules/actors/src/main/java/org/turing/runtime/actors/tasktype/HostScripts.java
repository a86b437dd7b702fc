package org.turing.runtime.actors.tasktype;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;

/**
 * How a task type's script stands on each host, and which of several scripts counts: the registered one where any host
 * has it, else the one that most hosts have. Owned by one task-type actor.
 */
final class HostScripts {

    /** So much of a hash tells two scripts apart. */
    private static final int SHOWN = 12;

    private final Duty duty;
    private final Map<ActorRef<WorkerHost.Command>, WorkerHost.Examined> seen = new HashMap<>();

    HostScripts(Duty duty) {
        this.duty = duty;
    }

    /** Nothing is known of the script any more. */
    void forget() {
        seen.clear();
    }

    /** Nothing is known of other hosts than these any more. */
    void keepOnly(Collection<ActorRef<WorkerHost.Command>> hosts) {
        seen.keySet().retainAll(hosts);
    }

    void saw(Host host, WorkerHost.Examined script) {
        seen.put(host.workers(), script);
    }

    boolean known(Host host) {
        return seen.containsKey(host.workers());
    }

    /** Whether the host has the script that counts. */
    boolean fits(Host host) {
        ScriptFacts facts = facts(host);
        return facts != null && facts.scriptHash().equals(hash());
    }

    /** What is known of the script there; null if it can't be run there, or is not known. */
    @Nullable
    ScriptFacts facts(Host host) {
        WorkerHost.Examined script = seen.get(host.workers());
        return script == null ? null : script.facts();
    }

    private @Nullable String fault(Host host) {
        WorkerHost.Examined script = seen.get(host.workers());
        return script == null ? null : script.fault();
    }

    boolean bulk() {
        return thatCount().anyMatch(facts -> facts.executionType() == ExecutionType.BULK);
    }

    /** What people should know of the script although it can be run, or null. */
    @Nullable
    String warning() {
        return thatCount()
                .map(ScriptFacts::warning)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private Stream<ScriptFacts> thatCount() {
        String hash = hash();
        return seen.values().stream()
                .map(WorkerHost.Examined::facts)
                .filter(facts -> facts != null && facts.scriptHash().equals(hash));
    }

    private @Nullable String hash() {
        Map<String, Long> hashes = seen.values().stream()
                .map(WorkerHost.Examined::facts)
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(ScriptFacts::scriptHash, Collectors.counting()));
        String registered = duty.taskType().scriptHash();
        if (registered != null && hashes.containsKey(registered)) {
            return registered;
        }
        return hashes.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** Why none of these hosts can run the script; null if one can, or that is not known of all. */
    @Nullable
    String faultOn(List<Host> hosts) {
        if (hosts.isEmpty() || !hosts.stream().allMatch(host -> fault(host) != null)) {
            return null;
        }
        Map<String, String> byFault = new LinkedHashMap<>();
        hosts.forEach(
                host -> byFault.merge(String.valueOf(fault(host)), host.name(), (one, more) -> one + ", " + more));
        return byFault.size() == 1
                ? byFault.keySet().iterator().next()
                : byFault.entrySet().stream()
                        .map(entry -> "on " + entry.getValue() + ": " + entry.getKey())
                        .collect(Collectors.joining("; "));
    }

    /** Why some of these hosts are not chosen although others are, one line each. */
    List<String> warnings(List<Host> hosts) {
        List<String> lines = new ArrayList<>();
        if (faultOn(hosts) != null) {
            return lines; // the task type is faulted by it
        }
        for (Host host : hosts) {
            String why = why(host);
            if (why != null) {
                lines.add("task type '" + duty.taskType().name() + "' does not run on " + host.name() + ": "
                        + duty.taskType().withoutName(why));
            }
        }
        return lines;
    }

    private @Nullable String why(Host host) {
        ScriptFacts facts = facts(host);
        if (facts == null || fits(host)) {
            return fault(host);
        }
        return "its script there is another one (SHA-256 " + shown(facts.scriptHash()) + "…, elsewhere "
                + shown(String.valueOf(hash())) + "…). Fix: put the same file on every host";
    }

    private static String shown(String hash) {
        return hash.substring(0, Math.min(SHOWN, hash.length()));
    }
}
