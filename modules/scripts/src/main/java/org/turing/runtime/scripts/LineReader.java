package org.turing.runtime.scripts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into lines that may be a result (they begin with a brace) and everything else, in bounded memory. Bytes
 * that can't be a result are handed on as they come, however long their line is.
 */
final class LineReader {

    private static final int BUFFER = 1 << 16;

    /** A part of the stream. */
    sealed interface Piece {
        /** Part of a line that is no result, with its line end. */
        record Chatter(byte[] bytes) implements Piece {}

        /** A complete line that begins with a brace, with its line end; to be closed. */
        record Candidate(HeldLine line) implements Piece {}

        /**
         * The beginning of a line that begins with a brace and is longer than the limit, to be closed; the rest follows
         * as chatter.
         */
        record TooLong(HeldLine line) implements Piece {}
    }

    private enum Line {
        NEW,
        BLANK,
        CANDIDATE,
        CHATTER
    }

    private final ReadableByteChannel channel;
    private final int limit;
    private final Path folder;
    private final byte[] buffer = new byte[BUFFER];
    private HeldLine candidate;
    private int from;
    private int to;
    private Line line = Line.NEW;

    /**
     * @param limit the longest line that may be a result, in bytes
     * @param folder where long ones are kept while they come in
     */
    LineReader(ReadableByteChannel channel, int limit, Path folder) {
        this.channel = channel;
        this.limit = limit;
        this.folder = folder;
        this.candidate = new HeldLine(folder);
    }

    /** The next piece, or null at the end. Blocks until there is one. */
    @Nullable
    Piece next() throws IOException {
        while (true) {
            if (from == to && !fill()) {
                return atEnd();
            }
            if (line == Line.NEW || line == Line.BLANK) {
                line = beginning();
                if (line == Line.BLANK) {
                    candidate.append(buffer, from, to - from);
                    from = to;
                    continue;
                }
                if (line == Line.CHATTER && candidate.length() > 0) {
                    return new Piece.Chatter(endBlanks(Line.CHATTER));
                }
            }
            int end = lineEnd();
            boolean complete = end < to;
            int length = end - from + (complete ? 1 : 0);
            if (line == Line.CHATTER) {
                line = complete ? Line.NEW : Line.CHATTER;
                return new Piece.Chatter(take(length));
            }
            if (candidate.length() + length > limit) {
                return new Piece.TooLong(endCandidate(Line.CHATTER));
            }
            candidate.append(buffer, from, length);
            from += length;
            if (complete) {
                return new Piece.Candidate(endCandidate(Line.NEW));
            }
        }
    }

    /**
     * Moves what has been read ahead into a log; a line that has only begun is chatter to its end.
     *
     * @param more whether more can be read without blocking
     */
    void passOver(BoundedText log, BooleanSupplier more) throws IOException {
        endCandidate(candidate.length() > 0 ? Line.CHATTER : line).moveTo(log);
        while (from < to || more.getAsBoolean() && fill()) {
            line = buffer[to - 1] == '\n' ? Line.NEW : Line.CHATTER;
            log.append(buffer, from, to - from);
            from = to;
        }
    }

    private boolean fill() throws IOException {
        int read = channel.read(ByteBuffer.wrap(buffer));
        from = 0;
        to = Math.max(read, 0);
        return read > 0;
    }

    private @Nullable Piece atEnd() {
        if (candidate.length() == 0) {
            return null;
        }
        return line == Line.BLANK
                ? new Piece.Chatter(endBlanks(Line.NEW))
                : new Piece.Candidate(endCandidate(Line.NEW));
    }

    private byte[] endBlanks(Line next) {
        return endCandidate(next).bytes();
    }

    private HeldLine endCandidate(Line next) {
        HeldLine ended = candidate;
        candidate = new HeldLine(folder);
        line = next;
        return ended;
    }

    /** What a line is by its first byte that is not blank; blanks to the end of the buffer leave it open. */
    private Line beginning() {
        int at = from;
        while (at < to && (buffer[at] == ' ' || buffer[at] == '\t')) {
            at++;
        }
        if (at == to && candidate.length() + to - from <= Math.min(limit, HeldLine.SHORT)) {
            return Line.BLANK;
        }
        return at < to && buffer[at] == '{' ? Line.CANDIDATE : Line.CHATTER;
    }

    private int lineEnd() {
        int at = from;
        while (at < to && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    private byte[] take(int length) {
        byte[] bytes = new byte[length];
        System.arraycopy(buffer, from, bytes, 0, length);
        from += length;
        return bytes;
    }
}
