package org.turing.runtime.actors.registry;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.GateStatus;
import org.turing.runtime.ports.view.TaskTypeStatus;

/** Which gates could hand out slots, or should, while subjects wait for their model, and why they do not. Pure. */
final class IdleGates {

    private static final Set<String> HINDERED =
            Set.of("paused", "faulted", "blocked", "starting", "retiring", "draining");

    private IdleGates() {}

    /**
     * Why gates idle, by model.
     *
     * @param databaseProblem why the database can't serve, or null; nobody knows then what waits
     */
    static Map<String, String> why(
            Collection<GateStatus> gates, Collection<TaskTypeStatus> taskTypes, @Nullable String databaseProblem) {
        Map<String, String> why = new TreeMap<>();
        for (GateStatus gate : gates) {
            taskTypes.stream()
                    .filter(taskType -> mayIdle(gate, taskType))
                    .flatMap(taskType -> why(gate, taskType, databaseProblem).stream())
                    .findFirst()
                    .ifPresent(reason -> why.put(gate.model(), reason));
        }
        return why;
    }

    /** Whether their inboxes should be counted to know: work that nobody looks for is seen by that alone. */
    static boolean doubtful(Collection<GateStatus> gates, Collection<TaskTypeStatus> taskTypes) {
        return gates.stream()
                .anyMatch(gate -> taskTypes.stream()
                        .anyMatch(taskType -> mayIdle(gate, taskType) && HINDERED.contains(taskType.state())));
    }

    private static boolean mayIdle(GateStatus gate, TaskTypeStatus taskType) {
        boolean full = held(gate) >= gate.slots();
        return gate.model().equals(taskType.model())
                && !taskType.state().equals("working")
                && (!full || !gate.state().equals("open") || gate.quarantined() > 0);
    }

    private static int held(GateStatus gate) {
        return gate.holders().stream().mapToInt(GateStatus.Party::slots).sum();
    }

    private static Optional<String> why(GateStatus gate, TaskTypeStatus taskType, @Nullable String databaseProblem) {
        String name = "task type '" + taskType.name() + "' ";
        boolean slow = taskType.state().equals("idle") && taskType.reason() != null;
        if (databaseProblem != null) {
            return held(gate) > 0 ? Optional.empty() : Optional.of("the database can't serve: " + databaseProblem);
        }
        // a count may be old; what is not kept from looking knows better itself
        boolean hindered = HINDERED.contains(taskType.state());
        boolean retries = taskType.state().equals("idle") && taskType.backingOff() > 0;
        if (!(hindered && taskType.inbox() > 0) && !taskType.state().equals("waiting") && !slow && !retries) {
            return Optional.empty();
        }
        if (gate.state().equals("paused")) {
            return Optional.of("its gate is paused, and " + name + "waits");
        }
        if (gate.state().equals("blocked")) {
            return Optional.of("it has slots = 0, and " + name + "waits");
        }
        if (gate.state().equals("starting")) {
            return Optional.of("its gate starts, and " + name + "waits");
        }
        if (gate.state().equals("unserved")) {
            return Optional.of("no host that may serve it is there, and " + name + "waits");
        }
        if (gate.quarantined() >= gate.slots()) {
            return Optional.of("its slots are quarantined until the processes of a holder that failed are gone, and "
                    + name + "waits");
        }
        if (hindered) {
            return Optional.of(
                    name + "is " + taskType.state() + (taskType.reason() == null ? "" : ": " + taskType.reason()));
        }
        if (slow) {
            return Optional.of(name + "looks at its inbox: " + taskType.reason());
        }
        if (retries) {
            return Optional.of(name + "has only subjects that wait for their next attempt: " + taskType.backingOff());
        }
        return Optional.of(name + "is " + taskType.state() + ", and nothing is known that keeps it");
    }
}
