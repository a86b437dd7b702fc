package org.turing.runtime.actors.tasktype;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.Whereabouts;

/** Where a task-type actor stands, read from its parts: for people, and for the one who waits until nothing is left. */
record TaskTypeView(
        Tools tools,
        InboxWatch inbox,
        ClaimQueue claims,
        ClaimReturns returns,
        Intake intake,
        HandRuns hands,
        GateSeat seat,
        Settling settling,
        TaskTypeCounters counters,
        Hosting hosting) {

    private static final Duration SLOW_LOOK = Duration.ofSeconds(5);

    TaskTypeStatus status(InboxCount count) {
        return TaskTypeReport.status(
                duty().taskType(),
                state(),
                count,
                claims,
                counters,
                settling.standing(),
                inbox,
                scriptWarnings(),
                tools.limit().limit(),
                new Whereabouts(tools.around().settings().host(), runsOn()));
    }

    private Map<String, Integer> runsOn() {
        Map<String, Integer> running = new HashMap<>();
        claims.runningByRuntime()
                .forEach((runtimeId, subjects) ->
                        running.merge(hosting.name(runtimeId), subjects.intValue(), Integer::sum));
        return running;
    }

    private List<String> scriptWarnings() {
        List<String> warnings = new ArrayList<>(hosting.warnings());
        String warning = duty().fitness().warning();
        if (warning != null) {
            warnings.add(warning);
        }
        return warnings;
    }

    private TaskTypeReport.State state() {
        TaskType taskType = duty().taskType();
        String fault = duty().fitness().fault();
        if (duty().paused() && !duty().retiring()) {
            String goOn = "to go on: turing resume " + taskType.name();
            String also = fault == null ? "" : "; it is faulted too: " + taskType.withoutName(fault);
            return new TaskTypeReport.State("paused", goOn + also);
        }
        if (fault != null) {
            return new TaskTypeReport.State("faulted", fault);
        }
        if (duty().retiring()) {
            return new TaskTypeReport.State("retiring", null);
        }
        if (hosting.draining()) {
            return new TaskTypeReport.State("draining", null);
        }
        if (duty().fitness().shape() == null) {
            return new TaskTypeReport.State("starting", null);
        }
        if (claims.held() > 0) {
            return new TaskTypeReport.State("working", null);
        }
        if (hosting.any() && hosting.settled() && hosting.usable().isEmpty()) {
            return new TaskTypeReport.State(
                    "blocked",
                    duty().needsModel()
                            ? "no host may serve model '" + duty().taskType().requiresModel() + "' and has its script"
                            : "no host has its script");
        }
        String open = tools.barrier().reason();
        if (open != null) {
            return new TaskTypeReport.State("blocked", open);
        }
        if (tools.around().unwritten().room(taskType.id(), claims.inFlight()) == 0) {
            return new TaskTypeReport.State("blocked", "too many outcomes wait to be written to the ledger");
        }
        if (!seat.waiting()) {
            Duration looking = inbox.lookingFor(System.nanoTime());
            boolean slow = looking.compareTo(SLOW_LOOK) >= 0;
            return new TaskTypeReport.State(
                    "idle", slow ? "its work_query has been running for " + looking.toSeconds() + " s" : null);
        }
        return seat.closed() != null
                ? new TaskTypeReport.State("blocked", seat.closed())
                : new TaskTypeReport.State("waiting", "for a slot of model '" + taskType.requiresModel() + "'");
    }

    /** Whether nothing is held and nothing is on its way that would have to be waited for. */
    boolean nothingUnderWay() {
        return claims.inFlight() == 0 && !intake.claiming() && !hands.claiming() && !returns.pending();
    }

    /** What it can't do, one line each, if it has nothing to do; null while it has. */
    @Nullable
    List<String> blockedAtRest() {
        Fitness fitness = duty().fitness();
        if (!nothingUnderWay() || inbox.looking() || settling.running() || fitness.examining()) {
            return null;
        }
        List<String> blocked = new ArrayList<>();
        String prefix = "task type '" + duty().taskType().name() + "' ";
        String fault = fitness.fault();
        if (fault != null) {
            blocked.add(prefix + "is faulted: " + duty().taskType().withoutName(fault));
        } else if (tools.barrier().triedEnough() && !(inbox.empty() && settling.atRest())) {
            blocked.add(prefix + "waits: " + tools.barrier().reason());
        } else if (seat.waiting() && seat.closed() != null) {
            blocked.add(prefix + "waits: " + seat.closed());
        } else if (tools.around().budget().exhausted() || !duty().claimsByItself()) {
            return blocked;
        } else if (duty().paused()) {
            blocked.add(prefix + "is paused");
        } else if (fitness.shape() == null || !settling.atRest() || !inbox.empty()) {
            return null;
        } else {
            blocked.addAll(TaskTypeReport.left(duty().taskType(), settling.standing()));
        }
        return blocked;
    }

    private Duty duty() {
        return tools.duty();
    }
}
