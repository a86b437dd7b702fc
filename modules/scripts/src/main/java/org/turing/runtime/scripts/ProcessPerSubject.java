package org.turing.runtime.scripts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/** Execution type {@code script}: a process for each subject, its last JSON line and its exit code. */
final class ProcessPerSubject {

    /** Linux takes 128 KiB for an argument or a variable. */
    private static final int LONGEST_ARGUMENT = 100_000;

    private final ChildRun children;

    ProcessPerSubject(ChildRun children) {
        this.children = children;
    }

    /** Runs one subject; returns when no process of it is left. */
    void run(LaneRun lane, ScriptFile script, Claim claim, Map<String, String> environment) {
        int idBytes = claim.subject().id().getBytes(StandardCharsets.UTF_8).length;
        if (idBytes > LONGEST_ARGUMENT) {
            // This row's own fault: the script is not to blame, and its other subjects go on.
            String error = "the subject id is " + idBytes + " bytes long, too long for an argument. Fix: a shorter key,"
                    + " or execution_type worker or bulk";
            lane.finished(claim, new Outcome.Failed(error, false, null), RunLog.EMPTY);
            return;
        }
        byte[] input = TicketLine.of(lane, claim);
        List<String> command = new ArrayList<>(script.command());
        command.add(claim.subject().id());
        lane.started(claim);
        ChildProcess child;
        try {
            child = children.spawn(new Launch(command, environment));
        } catch (ScriptFault e) {
            lane.finished(claim, new Outcome.Unrunnable(Environment.SCRIPT, e.getMessage()), RunLog.EMPTY);
            return;
        }
        try {
            serve(lane, script, claim, child, input);
        } catch (RuntimeException | Error e) {
            children.abandon(child);
            throw e;
        }
    }

    private void serve(LaneRun lane, ScriptFile script, Claim claim, ChildProcess child, byte[] input) {
        lane.endableBy(() -> children.end(child));
        StderrLog stderr = new StderrLog(child.stderr(), children::newLog, null);
        Future<?> errors = children.start(stderr);
        children.feed(child, input, true);
        ResultLines lines = children.results(child);
        Output output = read(lines);
        Exit exit = child.exit().join();
        ChildRun.await(errors);
        ResultReader.Said result = output.result(lines);
        Outcome early = lane.notEndable();
        lane.finished(
                claim,
                early != null ? early : outcome(lane.taskType(), script, exit, result, output.problem),
                new RunLog(output.log.text(), stderr.cut(), exit.code()));
        child.gone().join();
        child.closeStreams();
    }

    /** What a process printed: its last result line, if any, and the rest. */
    private record Output(
            BoundedText log,
            @Nullable HeldLine last,
            @Nullable String problem) {

        /**
         * Read once more: kept since it was read first, a long one would take memory for as long as the script goes on.
         */
        ResultReader.@Nullable Said result(ResultLines lines) {
            if (last == null) {
                return null;
            }
            try (last) {
                return lines.read(last).said();
            }
        }
    }

    private Output read(ResultLines lines) {
        BoundedText chatter = children.newLog();
        HeldLine last = null;
        String problem = null;
        for (ResultReader.Line line = lines.next(chatter); line != null; line = lines.next(chatter)) {
            if (line.said() == null) {
                problem = line.problem();
                line.text().moveTo(chatter);
                continue;
            }
            if (last != null) {
                last.moveTo(chatter);
            }
            last = line.text();
        }
        return new Output(chatter, last, problem);
    }

    private static Outcome outcome(
            TaskType taskType,
            ScriptFile script,
            Exit exit,
            ResultReader.@Nullable Said result,
            @Nullable String problem) {
        if (exit.cause() != null) {
            return ChildRun.endedFromOutside(exit);
        }
        if (exit.blamesEnvironment()) {
            String error = result == null ? null : result.error();
            return ChildRun.failure(
                    taskType, script.path(), exit, error == null ? "the script " + exit.describe() : error);
        }
        if (result != null && (exit.clean() || result.ownFailure())) {
            return result.outcome();
        }
        if (!exit.clean()) {
            return ChildRun.failure(taskType, script.path(), exit, "the script " + exit.describe());
        }
        return new Outcome.Failed(
                "the script printed no result line" + ChildRun.because(problem)
                        + ". Fix: print one line such as {\"success\": true} on standard output",
                true,
                null);
    }
}
