package org.turing.runtime.actors.tasktype;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.FinishedRun;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.domain.pace.RunTimeout;
import org.turing.runtime.ports.TicketLedger.Standing;
import org.turing.runtime.ports.TicketLedger.Standing.Kept;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.view.RuntimeControl.RunReport;
import org.turing.runtime.ports.view.TaskTypeStatus;
import org.turing.runtime.ports.view.Whereabouts;

/** What a task-type actor tells people, made from its facts. Pure. */
final class TaskTypeReport {

    /** So many rows that every look passes over are worth a word. */
    private static final long DEAR = 1_000;

    private TaskTypeReport() {}

    /**
     * @param count subjects that may be claimed
     * @param watch what the latest look at the inbox noticed
     * @param scriptWarnings what people should know of its script
     * @param limit how long one subject may run, or null while that is not known
     * @param where its actor is, and what runs
     */
    static TaskTypeStatus status(
            TaskType taskType,
            State state,
            InboxCount count,
            ClaimQueue claims,
            TaskTypeCounters counters,
            Standing standing,
            InboxWatch watch,
            List<String> scriptWarnings,
            RunTimeout.@Nullable Limit limit,
            Whereabouts where) {
        return new TaskTypeStatus(
                taskType.id(),
                taskType.name(),
                taskType.pipeline(),
                taskType.requiresModel(),
                state.name(),
                state.reason(),
                count.subjects(),
                count.isMore(),
                claims.inFlight(),
                claims.running(),
                counters.of(TicketStatus.COMPLETED),
                counters.of(TicketStatus.SKIPPED),
                counters.of(TicketStatus.FAILED),
                counters.of(TicketStatus.DEAD),
                counters.of(TicketStatus.OVERTAKEN),
                standing.backingOff(),
                standing.stayed(),
                standing.setAside(),
                standing.dead(),
                counters.perMinute(System.nanoTime()),
                counters.durationMillis(),
                counters.pickUpMillis(),
                limit == null ? 0 : limit.timeout().toMillis() / 1000.0,
                limit == null ? null : limit.from(),
                warnings(taskType, standing, watch, scriptWarnings),
                where);
    }

    /**
     * @param name the word that status shows
     * @param reason why, or null
     */
    record State(String name, @Nullable String reason) {}

    private static List<String> warnings(
            TaskType taskType, Standing standing, InboxWatch watch, List<String> scriptWarnings) {
        List<String> warnings = new ArrayList<>(left(taskType, standing));
        warnings.addAll(scriptWarnings);
        if (watch.unusable() > 0) {
            warnings.add("task type '" + taskType.name() + "': " + watch.unusable()
                    + " row(s) of its inbox have no usable id and are passed over; leave them out of the work_query"
                    + " (WHERE … IS NOT NULL)");
        }
        if (watch.passedOver() >= DEAR) {
            warnings.add("task type '" + taskType.name() + "': each look passes over " + watch.passedOver()
                    + " row(s) of its inbox that are finished, backing off or set aside; leave them out of the"
                    + " work_query, or looks take longer and longer");
        }
        if (watch.limitHides()) {
            warnings.add("task type '" + taskType.name()
                    + "': the work_query's own LIMIT is filled by subjects that can't be claimed and hides those behind"
                    + " them; write LIMIT :batch_size instead");
        }
        return warnings;
    }

    /** Subjects that stay where they are until somebody does something, one line for each reason. */
    static List<String> left(TaskType taskType, Standing standing) {
        List<String> lines = new ArrayList<>();
        String name = taskType.name();
        if (standing.stayed() > 0) {
            lines.add("task type '" + name + "': " + standing.stayed()
                    + " subject(s) stayed in the inbox after a success and are set aside: "
                    + ids(standing, true, standing.stayed()) + "; its script or its work_query"
                    + " does not move them on (rerun = 'once' if that is meant; free them: turing retry --task-type "
                    + name + ")");
        }
        if (standing.setAside() > 0) {
            lines.add("task type '" + name + "': " + standing.setAside()
                    + " subject(s) set aside: " + ids(standing, false, standing.setAside())
                    + " (free them: turing retry"
                    + " --task-type " + name + " --state set_aside). " + reasons(standing));
        }
        return lines;
    }

    private static String ids(Standing standing, boolean stayed, long all) {
        List<String> ids = standing.kept().stream()
                .filter(kept -> kept.stayed() == stayed)
                .map(Kept::subjectId)
                .toList();
        return String.join(", ", ids) + (all > ids.size() ? ", …" : "");
    }

    private static String reasons(Standing standing) {
        return standing.kept().stream()
                .filter(kept -> !kept.stayed())
                .map(kept -> kept.subjectId() + ": " + kept.reason())
                .collect(Collectors.joining(" | "));
    }

    /** What a person hears who asked for one subject. */
    static RunReport report(Verdict verdict, @Nullable FinishedRun run) {
        String status = "stale";
        String message = "its claim was lost meanwhile";
        boolean done = false;
        if (verdict instanceof Verdict.Written written) {
            status = written.status().sqlName();
            message = written.message();
            done = written.status() == TicketStatus.COMPLETED;
        }
        return new RunReport(
                done,
                verdict.ticketId(),
                status,
                run == null ? null : run.outcome().output(),
                message,
                run == null ? "" : run.log().stdout(),
                run == null ? "" : run.log().stderr());
    }
}
