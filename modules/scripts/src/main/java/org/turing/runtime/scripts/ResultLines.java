package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.scripts.ResultReader.Line;

/** What a child prints on standard output: lines that may be results one by one, everything else into a log. */
final class ResultLines {

    private static final Logger log = LoggerFactory.getLogger(ResultLines.class);

    private final ChildProcess child;
    private final int limit;
    private final Function<HeldLine, Line> reader;
    private final LineReader lines;

    /**
     * @param limit the longest line that may be a result, in bytes
     * @param folder where long ones are kept while they come in
     * @param reader makes sense of them
     */
    ResultLines(ChildProcess child, int limit, Path folder, Function<HeldLine, Line> reader) {
        this.child = child;
        this.limit = limit;
        this.reader = reader;
        this.lines = new LineReader(child.stdout(), limit, folder);
    }

    /** The next line that begins with a brace, to be closed, or null at the end; blocks until there is one. */
    @Nullable
    Line next(BoundedText chatter) {
        try {
            for (LineReader.Piece piece = lines.next(); piece != null; piece = lines.next()) {
                if (piece instanceof LineReader.Piece.Candidate candidate) {
                    return read(candidate.line());
                }
                if (piece instanceof LineReader.Piece.TooLong tooLong) {
                    String problem = "its result line is longer than the " + limit + " bytes that are accepted";
                    return new Line(tooLong.line(), null, problem, true);
                }
                if (piece instanceof LineReader.Piece.Chatter text) {
                    chatter.append(text.bytes());
                }
            }
        } catch (IOException e) {
            endedEarly(e);
        }
        return null;
    }

    /** Makes sense of a line, for the first time or once more. */
    Line read(HeldLine line) {
        return reader.apply(line);
    }

    /** Puts aside what was printed up to now: it is not the answer to what comes next. Does not block. */
    void passOver(BoundedText chatter) {
        try {
            lines.passOver(chatter, this::moreThere);
        } catch (IOException e) {
            endedEarly(e);
        }
    }

    private boolean moreThere() {
        try {
            return child.available() > 0;
        } catch (IOException e) {
            return false; // the next read will tell
        }
    }

    private void endedEarly(IOException e) {
        log.debug("standard output of child {} ended early: {}", child.id(), e.getMessage());
    }
}
