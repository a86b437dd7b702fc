package org.turing.runtime.scripts;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
        byte[] input = TicketLine.of(lane.taskType(), claim);
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
        lane.endableBy(() -> children.end(child));
        StderrLog stderr = new StderrLog(child.stderr(), children::newLog, null);
        Future<?> errors = children.start(stderr);
        children.feed(child, input, true);
        Output output = read(child);
        Exit exit = child.exit().join();
        ChildRun.await(errors);
        Outcome early = lane.notEndable();
        lane.finished(
                claim,
                early != null ? early : outcome(lane.taskType(), script, exit, output),
                new RunLog(output.log.text(), stderr.cut(), exit.code()));
        child.gone().join();
        child.closeStreams();
    }

    /** What a process printed: its last result line, if any, and the rest. */
    private record Output(
            BoundedText log,
            @Nullable ObjectNode result,
            @Nullable String problem) {}

    private Output read(ChildProcess child) {
        BoundedText chatter = children.newLog();
        ResultLines lines = children.results(child);
        ResultReader.Line last = null;
        String problem = null;
        for (ResultReader.Line line = lines.next(chatter); line != null; line = lines.next(chatter)) {
            if (line.object() == null) {
                problem = line.problem();
                chatter.append(line.bytes());
                continue;
            }
            if (last != null) {
                chatter.append(last.bytes());
            }
            last = line;
        }
        return new Output(chatter, last == null ? null : last.object(), problem);
    }

    private static Outcome outcome(TaskType taskType, ScriptFile script, Exit exit, Output output) {
        if (exit.cause() != null) {
            return ChildRun.endedFromOutside(exit);
        }
        if (exit.blamesEnvironment()) {
            String error = output.result == null ? null : ResultReader.error(output.result);
            return ChildRun.failure(
                    taskType, script.path(), exit, error == null ? "the script " + exit.describe() : error);
        }
        if (output.result != null) {
            Outcome outcome = ResultReader.outcome(output.result);
            if (exit.clean() || ResultReader.ownFailure(outcome, output.result)) {
                return outcome;
            }
        }
        if (!exit.clean()) {
            return ChildRun.failure(taskType, script.path(), exit, "the script " + exit.describe());
        }
        return new Outcome.Failed(
                "the script printed no result line" + ChildRun.because(output.problem)
                        + ". Fix: print one line such as {\"success\": true} on standard output",
                true,
                null);
    }
}
