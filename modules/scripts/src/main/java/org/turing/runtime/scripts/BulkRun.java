package org.turing.runtime.scripts;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/**
 * Execution type {@code bulk}: a process for each batch, a JSON line per subject in, a JSON line per subject out. A
 * result belongs to the subject that it names (ticket_id or subject_id), else to the first that has none yet. The
 * timeout is that of one subject: it begins anew with each result.
 */
final class BulkRun {

    private static final List<String> LABELS = List.of("ticket_id", "subject_id");

    private final ChildRun children;

    BulkRun(ChildRun children) {
        this.children = children;
    }

    void run(LaneRun lane, ScriptFile script, List<Claim> claims, Map<String, String> environment) {
        claims.forEach(lane::started);
        ChildProcess child;
        try {
            child = children.spawn(new Launch(script.command(), environment));
        } catch (ScriptFault e) {
            lane.finishRest(new Outcome.Unrunnable(Environment.SCRIPT, e.getMessage()), RunLog.EMPTY);
            return;
        }
        try {
            serve(lane, script, claims, child);
        } catch (RuntimeException | Error e) {
            children.abandon(child);
            throw e;
        }
    }

    private void serve(LaneRun lane, ScriptFile script, List<Claim> claims, ChildProcess child) {
        Batch batch = new Batch(lane, script, child);
        lane.endableBy(batch::end);
        Future<?> errors = children.start(batch.stderr);
        children.feed(child, input(lane, claims), true);
        batch.read();
        Exit exit = child.exit().join();
        ChildRun.await(errors);
        Outcome early = lane.notEndable();
        lane.finishRest(
                early != null ? early : batch.withoutResult(exit),
                new RunLog(batch.chatter.text(), batch.stderr.cut(), exit.code()));
        child.gone().join();
        child.closeStreams();
    }

    private static byte[] input(LaneRun lane, List<Claim> claims) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        claims.forEach(claim -> input.writeBytes(TicketLine.of(lane, claim)));
        return input.toByteArray();
    }

    /** A batch whose results are coming in. */
    private final class Batch {
        private final LaneRun lane;
        private final ScriptFile script;
        private final ChildProcess child;
        private final StderrLog stderr;
        private final Map<Long, Claim> waiting = new LinkedHashMap<>();
        private BoundedText chatter = children.newLog();
        private @Nullable String problem;

        Batch(LaneRun lane, ScriptFile script, ChildProcess child) {
            this.lane = lane;
            this.script = script;
            this.child = child;
            this.stderr = new StderrLog(child.stderr(), children::newLog, null);
            lane.unfinished().forEach(claim -> waiting.put(claim.ticketId(), claim));
        }

        void end() {
            children.end(child);
        }

        void read() {
            ResultLines lines = children.results(child, LABELS);
            for (ResultReader.Line line = lines.next(chatter); line != null; line = lines.next(chatter)) {
                result(line);
            }
        }

        private void result(ResultReader.Line line) {
            ResultReader.Said said = line.said();
            Claim claim = said == null ? null : claimOf(said);
            if (said == null || claim == null) {
                problem = said == null ? line.problem() : "a result names no subject that waits for one";
                line.text().moveTo(chatter);
                return;
            }
            line.text().close();
            waiting.remove(claim.ticketId());
            lane.finished(claim, said.outcome(), new RunLog(chatter.text(), stderr.cut(), null));
            chatter = children.newLog();
            lane.endableBy(this::end);
        }

        private @Nullable Claim claimOf(ResultReader.Said result) {
            if (result.ticketId() != null) {
                return waiting.get(result.ticketId());
            }
            String subjectId = result.subjectId();
            return waiting.values().stream()
                    .filter(claim -> subjectId == null || claim.subject().id().equals(subjectId))
                    .findFirst()
                    .orElse(null);
        }

        private Outcome withoutResult(Exit exit) {
            if (exit.cause() != null) {
                return ChildRun.endedFromOutside(exit);
            }
            return ChildRun.failure(
                    lane.taskType(),
                    script.path(),
                    exit,
                    "no result line for this subject; the script " + exit.describe() + ChildRun.because(problem));
        }
    }
}
