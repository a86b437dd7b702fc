package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.FinishedRun.RunLog;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/** Execution type {@code script}: a process for each subject, its last JSON line and its exit code. */
final class ProcessPerSubject {

    private static final Logger log = LoggerFactory.getLogger(ProcessPerSubject.class);

    /** Linux takes 128 KiB for an argument or a variable. */
    private static final int LONGEST_ARGUMENT = 100_000;

    private final ChildRun children;

    ProcessPerSubject(ChildRun children) {
        this.children = children;
    }

    /** Runs one subject; returns when no process of it is left. */
    void run(LaneRun lane, ScriptFile script, Claim claim, Duration timeout, Map<String, String> environment) {
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
            lane.finished(claim, new Outcome.Unrunnable(e.getMessage()), RunLog.EMPTY);
            return;
        }
        lane.endableBy(() -> children.end(child), timeout);
        BoundedText stderr = children.newLog();
        Future<?> errors = children.drain(child.stderr(), stderr);
        children.feed(child, input, true);
        Output output = read(child);
        Exit exit = child.exit().join();
        ChildRun.await(errors);
        Outcome early = lane.notEndable();
        lane.finished(
                claim,
                early != null ? early : outcome(exit, output),
                new RunLog(output.log.text(), stderr.text(), exit.code()));
        child.gone().join();
        child.closeStreams();
    }

    /** What a process printed: its last result line, if any, and the rest. */
    private record Output(
            BoundedText log,
            ResultReader.@Nullable Line result,
            @Nullable String problem) {}

    private Output read(ChildProcess child) {
        BoundedText chatter = children.newLog();
        LineReader lines = children.lines(child.stdout());
        byte[] last = null;
        ResultReader.Line result = null;
        String problem = null;
        try {
            for (LineReader.Piece piece = lines.next(); piece != null; piece = lines.next()) {
                if (piece instanceof LineReader.Piece.Candidate candidate) {
                    ResultReader.Line line = ResultReader.read(candidate.bytes());
                    if (line.object() == null) {
                        problem = line.problem();
                        chatter.append(candidate.bytes());
                        continue;
                    }
                    if (last != null) {
                        chatter.append(last);
                    }
                    last = candidate.bytes();
                    result = line;
                } else if (piece instanceof LineReader.Piece.TooLong tooLong) {
                    problem = children.tooLong();
                    chatter.append(tooLong.bytes());
                } else if (piece instanceof LineReader.Piece.Chatter text) {
                    chatter.append(text.bytes());
                }
            }
        } catch (IOException e) {
            log.debug("standard output of a child ended early: {}", e.getMessage());
        }
        return new Output(chatter, result, problem);
    }

    private static Outcome outcome(Exit exit, Output output) {
        if (exit.cause() != null) {
            return ChildRun.endedFromOutside(exit);
        }
        ResultReader.Line result = output.result;
        if (result != null && result.object() != null) {
            Outcome outcome = ResultReader.outcome(result.object());
            if (exit.clean() || ResultReader.ownFailure(outcome, result.object())) {
                return outcome;
            }
        }
        if (!exit.clean()) {
            return new Outcome.Failed("the script " + exit.describe(), true, null);
        }
        return new Outcome.Failed(
                "the script printed no result line" + ChildRun.because(output.problem)
                        + ". Fix: print one line such as {\"success\": true} on standard output",
                true,
                null);
    }
}
