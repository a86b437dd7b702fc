package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.DatabaseUnavailable;
import org.turing.runtime.ports.ScriptHost.ScriptFacts;

/**
 * A task type's dealings with the hosts: which there are, which of them know this life of its actor, where its script
 * can be run. A host is used once it has been met (what runs there for an earlier life is known) and joined (what an
 * earlier life claimed for it and did not start is given back), and has the script. Owned by one task-type actor.
 */
final class Hosting {

    /** How often a script is looked at again on a host where it can't be run. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private static final class Member {
        private Host host;
        private boolean reachable;
        private boolean meeting;
        private boolean met;
        private boolean joined;

        Member(Host host) {
            this.host = host;
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
    private final HostScripts scripts;
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
        this.scripts = new HostScripts(tools.duty());
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
        scripts.keepOnly(members.keySet());
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

    /** A host has these no more, and may be given them again: an answer that is on its way says nothing of that. */
    void returned(Set<Long> tickets) {
        given.values().forEach(before -> before.tickets().removeAll(tickets));
    }

    /**
     * What is missing of what a host was given before it was asked.
     *
     * @param lanes where what has ended meanwhile is not any more
     */
    Missing onChecked(WorkerHost.Checked checked, Lanes lanes) {
        Given before = given.remove(checked.number());
        if (before == null) {
            return new Missing(Set.of(), Set.of());
        }
        Set<Long> runs = new HashSet<>(before.runs());
        runs.removeAll(checked.underWay().runIds());
        runs.retainAll(lanes.runsOn(before.host().workers()));
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
        Map<Long, Host> now = new LinkedHashMap<>();
        for (Member member : members.values()) {
            Host host = member.host;
            boolean there = member.reachable && member.joined && host.takesWork();
            if (there && servesModel(host) && scripts.fits(host)) {
                now.put(host.runtimeId(), host);
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
                .map(member -> scripts.facts(member.host))
                .orElse(null);
    }

    /** Whether a host has that identity now. */
    boolean has(long runtimeId) {
        return members.values().stream().anyMatch(member -> member.host.runtimeId() == runtimeId);
    }

    /** The host of that identity. */
    Host host(long runtimeId) {
        return find(runtimeId).orElseThrow();
    }

    /** That host's name; a word for it if it has that identity no more. */
    String name(long runtimeId) {
        return find(runtimeId).map(Host::name).orElse("runtime " + runtimeId);
    }

    private Optional<Host> find(long runtimeId) {
        return members.values().stream()
                .map(member -> member.host)
                .filter(host -> host.runtimeId() == runtimeId)
                .findFirst();
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
                        .allMatch(member -> member.joined && scripts.known(member.host));
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

    HostScripts scripts() {
        return scripts;
    }

    /** The registration changed: nothing is known of the script. */
    void startAfresh() {
        scripts.forget();
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
        reachableHosts().stream()
                .filter(host -> again ? !scripts.fits(host) : !scripts.known(host))
                .forEach(host -> errands.send(
                        calls.examineScript(host, taskType),
                        (script, failure) -> new ScriptSeen(taskType, host, script)));
    }

    /** How the script stands on one host. Nothing is known of one that did not answer. */
    void onScriptSeen(ScriptSeen seen) {
        boolean current = seen.asked().equals(duty.taskType());
        if (current && seen.script() != null && members.containsKey(seen.host().workers())) {
            scripts.saw(seen.host(), seen.script());
            refresh();
        }
        if (!reachableHosts().stream().allMatch(scripts::fits)) {
            errands.remindUnlessSet("scripts", new ScriptsDue(), LOOK_AGAIN);
        }
    }

    /** Why the script can be run nowhere; null if it can, or that is not known yet. */
    @Nullable
    String fault() {
        return scripts.faultOn(reachableHosts());
    }

    /** Why some hosts are not chosen although others are, one line each. */
    List<String> warnings() {
        return scripts.warnings(reachableHosts());
    }
}
