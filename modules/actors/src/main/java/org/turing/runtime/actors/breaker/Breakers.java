package org.turing.runtime.actors.breaker;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.actors.event.BreakersChanged;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.breaker.Breaker;
import org.turing.runtime.domain.breaker.BreakerSettings;
import org.turing.runtime.domain.breaker.Circuit;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.view.BreakerStatus;

/**
 * The breakers of the task types that live on one node: of each model, each script and each task type. Asked before
 * anything is claimed, told what became of each run. Safe for use by many threads: a probe is handed to one task type
 * only, whoever asks.
 */
public final class Breakers {

    /** So many failed probes, and a runtime that leaves when nothing is left to do waits no longer. */
    public static final int PATIENCE = 3;

    private static final Logger log = LoggerFactory.getLogger(Breakers.class);

    private final BreakerSettings settings;
    private final DatabaseClock clock;
    private final Consumer<BreakersChanged> changed;
    private final Map<Circuit, Breaker> breakers = new HashMap<>();
    private final Map<Long, TaskType> followed = new HashMap<>();
    private long probes;
    /** Whether nothing is open and no failure is counted, which is asked for every run and seldom changes. */
    private volatile boolean quiet = true;

    /**
     * Leave to claim.
     *
     * @param probe the number of the probe that it is for; 0 if nothing is open
     */
    public record Pass(long probe) {
        static final Pass FREE = new Pass(0);

        /** Whether it is for one subject, to try whether what is open works again. */
        public boolean isProbe() {
            return probe != 0;
        }
    }

    /** @param changed hears when a breaker opens, closes or has another time for its next probe; must not block */
    public Breakers(BreakerSettings settings, DatabaseClock clock, Consumer<BreakersChanged> changed) {
        this.settings = settings;
        this.clock = clock;
        this.changed = changed;
    }

    /** That task type, as it is registered now, is one of those that live here. Said, too, when it has not changed. */
    public synchronized void follow(TaskType taskType) {
        if (!taskType.equals(followed.put(taskType.id(), taskType))) {
            forgetOthers();
        }
    }

    /** That task type lives here no more: nothing is remembered of what it alone depends on. */
    public synchronized void forget(long taskTypeId) {
        followed.remove(taskTypeId);
        forgetOthers();
    }

    private void forgetOthers() {
        if (!breakers.isEmpty()) {
            Set<Circuit> needed = followed.values().stream()
                    .flatMap(taskType -> Circuit.of(taskType).stream())
                    .collect(Collectors.toSet());
            breakers.keySet().retainAll(needed);
            noteQuiet();
        }
    }

    // ------------------------------------------------------------------ asked

    /** Whether a breaker is open on which the task type depends. */
    public boolean open(TaskType taskType) {
        return !quiet && isOpen(taskType);
    }

    private synchronized boolean isOpen(TaskType taskType) {
        return opened(taskType).findAny().isPresent();
    }

    /** Whether the task type may claim now: nothing is open, or a probe may be made. */
    public boolean lets(TaskType taskType) {
        return quiet || mayProbe(taskType);
    }

    private synchronized boolean mayProbe(TaskType taskType) {
        Instant now = clock.now();
        return opened(taskType).allMatch(circuit -> of(circuit).mayProbe(now));
    }

    /**
     * Leave to claim now, or null. That for a probe must be used or {@link #letGo}: there is no other one meanwhile.
     */
    public synchronized @Nullable Pass pass(TaskType taskType) {
        List<Circuit> open = opened(taskType).toList();
        if (open.isEmpty()) {
            return Pass.FREE;
        }
        if (!mayProbe(taskType)) {
            return null;
        }
        Instant now = clock.now();
        long probe = ++probes;
        open.forEach(circuit -> breakers.put(circuit, of(circuit).probing(probe, now)));
        return new Pass(probe);
    }

    /** How long until a task type that may not claim should ask again if it hears nothing of a change before. */
    public synchronized Duration askAgainAfter(TaskType taskType) {
        Instant now = clock.now();
        Duration longest = opened(taskType)
                .map(circuit -> untilProbe(of(circuit), now))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return longest.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : longest;
    }

    private Duration untilProbe(Breaker breaker, Instant now) {
        Breaker.Open open = breaker.open();
        if (open == null) {
            return Duration.ZERO;
        }
        return open.prober() != null ? settings.longestPause() : Duration.between(now, open.probeAt());
    }

    /** The open breakers on which a task type depends. */
    public synchronized List<BreakerStatus> openFor(TaskType taskType) {
        return statuses(opened(taskType));
    }

    private List<BreakerStatus> statuses(Stream<Circuit> circuits) {
        return circuits.sorted(Comparator.comparing(Circuit::kind).thenComparing(Circuit::name))
                .flatMap(circuit -> status(circuit, of(circuit).open()))
                .toList();
    }

    private static Stream<BreakerStatus> status(Circuit circuit, Breaker.@Nullable Open open) {
        if (open == null) {
            return Stream.empty();
        }
        return Stream.of(new BreakerStatus(
                circuit.kind().word(),
                circuit.name(),
                open.since(),
                open.reason(),
                open.prober() == null ? open.probeAt() : null,
                open.failedProbes()));
    }

    // ------------------------------------------------------------------ told

    /**
     * What became of a run.
     *
     * @param pass the leave under which it was claimed, if it was for a probe, else null
     */
    public void ran(TaskType taskType, FinishedRun run, @Nullable Pass pass) {
        if (!quiet || run.outcome() instanceof Outcome.Unrunnable) {
            judge(taskType, run, pass);
        }
    }

    private synchronized void judge(TaskType taskType, FinishedRun run, @Nullable Pass pass) {
        Outcome outcome = run.outcome();
        Set<Circuit> worked = new HashSet<>();
        if (outcome instanceof Outcome.Unrunnable broken) {
            broke(circuit(taskType, broken.part()), taskType, broken.error(), run.startedAt(), pass);
            if (broken.part() != Environment.SCRIPT) {
                worked.add(Circuit.script(taskType));
            }
        } else if (outcome instanceof Outcome.TimedOut timedOut) {
            probeFailed(pass, timedOut.error());
        } else if (!(outcome instanceof Outcome.Cancelled)) {
            worked.addAll(Circuit.of(taskType));
        }
        worked.forEach(
                circuit -> become(circuit, breaker -> breaker.worked(taskType.id(), run.startedAt(), clock.now())));
        letGo(pass);
    }

    private static Circuit circuit(TaskType taskType, Environment part) {
        return switch (part) {
            case SCRIPT -> Circuit.script(taskType);
            case MODEL -> Circuit.model(taskType);
            case DATABASE, OTHER -> Circuit.own(taskType);
        };
    }

    private void broke(Circuit circuit, TaskType taskType, String error, Instant began, @Nullable Pass pass) {
        String reason = taskType.withoutName(error); // others are concerned as well
        Instant now = clock.now();
        long probe = pass == null ? 0 : pass.probe();
        become(
                circuit,
                breaker -> breaker.open() == null
                        ? breaker.failed(taskType.id(), reason, began, now, random())
                        : breaker.probeFailed(probe, reason, now, random()));
    }

    /** A probe found what is open out of order still. */
    public synchronized void probeFailed(@Nullable Pass pass, String reason) {
        if (pass != null) {
            Instant now = clock.now();
            all().forEach(circuit ->
                    become(circuit, breaker -> breaker.probeFailed(pass.probe(), reason, now, random())));
        }
    }

    /** A probe is over, or was not made at all, and showed nothing. */
    public synchronized void letGo(@Nullable Pass pass) {
        if (pass != null) {
            all().forEach(circuit -> become(circuit, breaker -> breaker.probeEnded(pass.probe())));
        }
    }

    /** A person changed or resumed the task type: what it depends on may work again, and is tried without delay. */
    public synchronized void hope(TaskType taskType) {
        opened(taskType).toList().forEach(circuit -> become(circuit, breaker -> breaker.probeSoon(clock.now())));
    }

    // ------------------------------------------------------------------ kept

    private Stream<Circuit> opened(TaskType taskType) {
        return Circuit.of(taskType).stream().filter(circuit -> of(circuit).open() != null);
    }

    private List<Circuit> all() {
        return List.copyOf(breakers.keySet());
    }

    private Breaker of(Circuit circuit) {
        return breakers.getOrDefault(circuit, Breaker.closed(settings));
    }

    private void become(Circuit circuit, UnaryOperator<Breaker> change) {
        Breaker before = of(circuit);
        Breaker after = change.apply(before);
        if (after.equals(before)) {
            return;
        }
        breakers.put(circuit, after);
        noteQuiet();
        Breaker.Open open = after.open();
        if (before.open() == null && open != null) {
            log.warn("{} is out of order, nothing that needs it is started: {}", circuit, open.reason());
        } else if (before.open() != null && open == null) {
            log.info("{} works again", circuit);
        }
        if (before.open() != null || open != null) {
            changed.accept(new BreakersChanged(Set.of(circuit)));
        }
    }

    private void noteQuiet() {
        quiet = breakers.values().stream()
                .allMatch(breaker -> breaker.open() == null && breaker.inARow().isEmpty());
    }

    private static double random() {
        return ThreadLocalRandom.current().nextDouble();
    }
}
