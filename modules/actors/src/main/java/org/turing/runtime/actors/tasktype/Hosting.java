package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.host.Hosts;
import org.turing.runtime.actors.tasktype.TaskTypeActor.HostJoined;
import org.turing.runtime.actors.tasktype.TaskTypeActor.HostMet;
import org.turing.runtime.actors.tasktype.TaskTypeActor.JoinDue;
import org.turing.runtime.actors.tasktype.TaskTypeActor.ScriptSeen;
import org.turing.runtime.actors.tasktype.TaskTypeActor.ScriptsDue;
import org.turing.runtime.actors.work.Host;
import org.turing.runtime.actors.work.WorkerHost;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;

/**
 * A task type's dealings with the hosts: which there are, which of them know this life of its actor, how its script
 * stands on each. A host is used once it has been met (what runs there for an earlier life is known) and joined (what
 * an earlier life claimed for it and did not start is given back), and has the script. Owned by one task-type actor.
 */
final class Hosting {

    /** How often a script is looked at again on a host where it can't be run. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private static final int SHOWN = 12;

    private static final class Member {
        private Host host;
        private boolean reachable;
        private boolean meeting;
        private boolean met;
        private boolean joined;
        private WorkerHost.@Nullable Examined script;

        Member(Host host) {
            this.host = host;
        }

        @Nullable
        ScriptFacts facts() {
            return script == null ? null : script.facts();
        }

        @Nullable
        String fault() {
            return script == null ? null : script.fault();
        }
    }

    /**
     * What is not there any more.
     *
     * @param hosts nothing will be heard of what ran on them
     * @param lost the identities that those had
     * @param lapsed identities that have ended, of hosts that are there still
     */
    record Gone(Set<ActorRef<WorkerHost.Command>> hosts, Set<Long> lost, Set<Long> lapsed) {}

    /** What was given to a host, as far as is known here, when it was asked what is under way. */
    private record Given(Host host, Set<Long> runs, Set<Long> tickets) {}

    /**
     * What a host should be at, and is not: the messages that said so are lost.
     *
     * @param runs that are not under way
     * @param tickets that it has settled, or never had
     */
    record Missing(Set<Long> runs, Set<Long> tickets) {}

    private final Duty duty;
    private final Errands errands;
    private final PortCalls calls;
    private final ClaimQueue claims;
    private final ActorRef<WorkerHost.RunEvent> events;
    private final UUID life = UUID.randomUUID();
    private final Map<ActorRef<WorkerHost.Command>, Member> members = new LinkedHashMap<>();
    private Map<Long, Host> usable = Map.of();
    private final Map<Long, Given> given = new HashMap<>();
    private long checks;
    private boolean told;

    /** @param events where hosts tell of runs */
    Hosting(Tools tools, ClaimQueue claims, ActorRef<WorkerHost.RunEvent> events) {
        this.duty = tools.duty();
        this.errands = tools.errands();
        this.calls = tools.calls();
        this.claims = claims;
        this.events = events;
    }

    /** Names this life of the actor to hosts. */
    UUID life() {
        return life;
    }

    // ------------------------------------------------------------------ which there are

    /** What the directory says now. */
    Gone changed(Hosts now) {
        told = true;
        Set<ActorRef<WorkerHost.Command>> gone = new HashSet<>();
        Set<Long> lost = new HashSet<>();
        Set<Long> lapsed = new HashSet<>();
        members.values().removeIf(member -> {
            boolean remains = now.include(member.host.workers());
            if (!remains) {
                gone.add(member.host.workers());
                lost.add(member.host.runtimeId());
            }
            return !remains;
        });
        now.all().forEach(host -> {
            Member member = members.computeIfAbsent(host.workers(), workers -> new Member(host));
            boolean reachable = now.reachable().contains(host);
            if (member.host.runtimeId() != host.runtimeId()) {
                lapsed.add(member.host.runtimeId());
                member.joined = false;
            }
            if (member.reachable && !reachable) {
                member.met = false; // what was said meanwhile may be lost
                member.joined = false;
            }
            member.host = host;
            member.reachable = reachable;
        });
        lost.remove(0L);
        lapsed.remove(0L);
        refresh();
        lookAtScripts(false);
        return new Gone(gone, lost, lapsed);
    }

    /** Makes this life known where it is not. Not while a claim is under way, whose tickets are not known yet. */
    void join(boolean claiming) {
        if (claiming) {
            return;
        }
        reachable().filter(member -> !member.meeting).forEach(member -> {
            Host host = member.host;
            if (!member.met) {
                member.meeting = true;
                errands.send(
                        calls.meet(host, duty.taskType().id(), life, events),
                        (runs, failure) -> new HostMet(host, runs, failure));
            } else if (!member.joined && host.runtimeId() != 0 && !errands.isSet("join")) {
                member.meeting = true;
                errands.send(
                        calls.reclaim(duty.taskType().id(), List.of(host), claims.tickets()),
                        (count, failure) -> new HostJoined(host, failure));
            }
        });
    }

    /** Returns what runs on a host that was met for the first time since it could be reached, or null. */
    WorkerHost.@Nullable UnderWay onMet(HostMet answer) {
        Member member = members.get(answer.host().workers());
        if (member == null) {
            return null;
        }
        member.meeting = false;
        member.met = answer.runs() != null && member.reachable;
        return member.met ? answer.runs() : null;
    }

    /** Returns the failure for the actor to judge that is not weather, or null. */
    @Nullable
    Throwable onJoined(HostJoined answer) {
        Member member = members.get(answer.host().workers());
        if (member == null) {
            return null;
        }
        member.meeting = false;
        if (answer.failure() == null) {
            member.joined =
                    member.reachable && member.host.runtimeId() == answer.host().runtimeId();
            refresh();
            return null;
        }
        errands.remind("join", new JoinDue(), Errands.WEATHER_PAUSE);
        return answer.failure() instanceof DatabaseUnavailable ? null : answer.failure();
    }

    // ------------------------------------------------------------------ whether all is as we think

    /** Asks the hosts that should be at something whether they are. */
    void check(Lanes lanes) {
        given.clear();
        reachable().filter(member -> member.met).forEach(member -> {
            Set<Long> runs = lanes.runsOn(member.host.workers());
            Set<Long> tickets = claims.given(member.host.runtimeId());
            if (!runs.isEmpty() || !tickets.isEmpty()) {
                long number = ++checks;
                given.put(number, new Given(member.host, runs, tickets));
                member.host.workers().tell(new WorkerHost.Check(duty.taskType().id(), life, number));
            }
        });
    }

    /** What is missing of what a host was given before it was asked. */
    Missing onChecked(WorkerHost.Checked checked) {
        Given before = given.remove(checked.number());
        if (before == null) {
            return new Missing(Set.of(), Set.of());
        }
        Set<Long> runs = new HashSet<>(before.runs());
        runs.removeAll(checked.underWay().runIds());
        Set<Long> tickets = new HashSet<>(before.tickets());
        tickets.removeAll(checked.underWay().tickets());
        tickets.retainAll(claims.given(before.host().runtimeId()));
        return new Missing(runs, tickets);
    }

    // ------------------------------------------------------------------ which may be used

    /** Whether everything that runs somewhere for this task type is known. */
    boolean allMet() {
        return told && reachable().allMatch(member -> member.met);
    }

    /** Those that can be asked now. */
    List<Host> reachableHosts() {
        return reachable().map(member -> member.host).toList();
    }

    private Stream<Member> reachable() {
        return members.values().stream().filter(member -> member.reachable);
    }

    /** The task type's warm workers end, wherever they are. */
    void retireWorkers() {
        reachable()
                .forEach(member -> member.host
                        .workers()
                        .tell(new WorkerHost.RetireWorkers(duty.taskType().id())));
    }

    /** Whether any host takes work at all, whatever the script's standing on it. */
    boolean any() {
        return reachable().anyMatch(member -> member.host.takesWork());
    }

    /** The hosts that work can be claimed for now, by their identity. */
    Map<Long, Host> usable() {
        return usable;
    }

    private void refresh() {
        String hash = hash();
        Map<Long, Host> now = new LinkedHashMap<>();
        for (Member member : members.values()) {
            ScriptFacts facts = member.facts();
            boolean there = member.reachable && member.joined && member.host.takesWork() && servesModel(member.host);
            if (there && facts != null && facts.scriptHash().equals(hash)) {
                now.put(member.host.runtimeId(), member.host);
            }
        }
        usable = Collections.unmodifiableMap(now);
    }

    private boolean servesModel(Host host) {
        String model = duty.taskType().requiresModel();
        return model == null || host.serves(model);
    }

    /** What is known of the script on the host of that identity, if work can be started there; else null. */
    @Nullable
    ScriptFacts facts(long runtimeId) {
        return members.values().stream()
                .filter(member -> member.host.runtimeId() == runtimeId && member.joined)
                .findFirst()
                .map(Member::facts)
                .orElse(null);
    }

    /** Whether a host has that identity now. */
    boolean has(long runtimeId) {
        return members.values().stream().anyMatch(member -> member.host.runtimeId() == runtimeId);
    }

    /** The host of that identity. */
    Host host(long runtimeId) {
        return members.values().stream()
                .map(member -> member.host)
                .filter(host -> host.runtimeId() == runtimeId)
                .findFirst()
                .orElseThrow();
    }

    boolean bulk() {
        String hash = hash();
        return members.values().stream()
                .map(Member::facts)
                .anyMatch(facts -> facts != null
                        && facts.scriptHash().equals(hash)
                        && facts.executionType() == ExecutionType.BULK);
    }

    /** Whether hosts are there, and all of them take their leave. */
    boolean draining() {
        return !members.isEmpty() && members.values().stream().allMatch(member -> member.host.draining());
    }

    /** Whether it is known of every host whether it may be used. */
    boolean settled() {
        return told
                && reachable()
                        .filter(member -> member.host.takesWork())
                        .allMatch(member -> member.joined && member.script != null);
    }

    /**
     * How many lanes there are on each host without a gate: as many as it has cores, or the task type's scale limit
     * spread over them.
     */
    Map<Long, Integer> ungated() {
        Map<Long, Host> hosts = usable;
        Map<Long, Integer> lanes = new LinkedHashMap<>();
        Integer most = duty.taskType().scaleLimit();
        if (duty.needsModel()) {
            return lanes;
        }
        int given = 0;
        for (Host host : hosts.values()) {
            int share = most == null ? host.cores() : (most + hosts.size() - 1 - given) / hosts.size();
            lanes.put(host.runtimeId(), share);
            given++;
        }
        return lanes;
    }

    // ------------------------------------------------------------------ the script on each

    /** The registration changed: nothing is known of the script. */
    void startAfresh() {
        members.values().forEach(member -> member.script = null);
        refresh();
        lookAtScripts(false);
    }

    /**
     * Looks where nothing is known of the script.
     *
     * @param again also where it can't be run, or is another one
     */
    void lookAtScripts(boolean again) {
        TaskType taskType = duty.taskType();
        String hash = hash();
        reachable()
                .filter(member -> member.script == null
                        || again
                                && (member.facts() == null
                                        || !member.facts().scriptHash().equals(hash)))
                .forEach(member -> errands.send(
                        calls.examineScript(member.host, taskType),
                        (script, failure) -> new ScriptSeen(taskType, member.host, script)));
    }

    /** How the script stands on one host. Nothing is known of one that did not answer. */
    void onScriptSeen(ScriptSeen seen) {
        Member member = members.get(seen.host().workers());
        if (member != null && seen.asked().equals(duty.taskType()) && seen.script() != null) {
            member.script = seen.script();
            refresh();
        }
        String hash = hash();
        boolean allWell = reachable()
                .allMatch(one -> one.facts() != null && one.facts().scriptHash().equals(hash));
        if (!allWell) {
            errands.remindUnlessSet("scripts", new ScriptsDue(), LOOK_AGAIN);
        }
    }

    /** Why no host can run the script, once all were asked; null if one can, or that is not known yet. */
    @Nullable
    String fault() {
        List<Member> asked = reachable().filter(member -> member.script != null).toList();
        if (asked.isEmpty() || asked.size() < reachable().count()) {
            return null;
        }
        boolean one = asked.stream().anyMatch(member -> member.facts() != null);
        Set<String> faults = asked.stream().map(Member::fault).collect(Collectors.toCollection(LinkedHashSet::new));
        if (one) {
            return null;
        }
        return faults.size() == 1
                ? faults.iterator().next()
                : asked.stream()
                        .map(member -> "on " + member.host.name() + ": " + member.fault())
                        .collect(Collectors.joining("; "));
    }

    /** The script that counts: the registered one where any host has it, else the one that most hosts have. */
    private @Nullable String hash() {
        Map<String, Long> hashes = members.values().stream()
                .sorted(Comparator.comparing(member -> member.host.name()))
                .map(Member::facts)
                .filter(Objects::nonNull)
                .collect(Collectors.groupingBy(ScriptFacts::scriptHash, LinkedHashMap::new, Collectors.counting()));
        String registered = duty.taskType().scriptHash();
        if (registered != null && hashes.containsKey(registered)) {
            return registered;
        }
        long most = hashes.values().stream().mapToLong(count -> count).max().orElse(0);
        return hashes.entrySet().stream()
                .filter(entry -> entry.getValue() == most)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** Why hosts are not chosen, one line each; empty if all are. */
    List<String> warnings() {
        List<String> lines = new ArrayList<>();
        if (fault() != null) {
            return lines; // the task type is faulted by it
        }
        String name = "task type '" + duty.taskType().name() + "' does not run on ";
        String hash = hash();
        Function<Member, @Nullable String> why = member -> {
            ScriptFacts facts = member.facts();
            if (member.fault() != null) {
                return member.fault();
            }
            return facts == null || facts.scriptHash().equals(hash)
                    ? null
                    : "its script there is another one (SHA-256 " + shown(facts.scriptHash()) + "…, elsewhere "
                            + shown(String.valueOf(hash)) + "…). Fix: put the same file on every host";
        };
        reachable().forEach(member -> {
            String reason = why.apply(member);
            if (reason != null) {
                lines.add(name + member.host.name() + ": " + duty.taskType().withoutName(reason));
            }
        });
        return lines;
    }

    private static String shown(String hash) {
        return hash.substring(0, Math.min(SHOWN, hash.length()));
    }

    /** Whether the script on every host that has it, or why it deserves a word. */
    @Nullable
    String scriptWarning() {
        String hash = hash();
        return members.values().stream()
                .map(Member::facts)
                .filter(facts -> facts != null && facts.scriptHash().equals(hash))
                .map(ScriptFacts::warning)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
