package org.turing.runtime.scripts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
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

        /** A complete line that begins with a brace, with its line end. */
        record Candidate(byte[] bytes) implements Piece {}

        /**
         * The beginning of a line that begins with a brace and is longer than the limit; the rest follows as chatter.
         */
        record TooLong(byte[] bytes) implements Piece {}
    }

    private enum Line {
        NEW,
        BLANK,
        CANDIDATE,
        CHATTER
    }

    private final ReadableByteChannel channel;
    private final int limit;
    private final byte[] buffer = new byte[BUFFER];
    private ByteArrayOutputStream candidate = new ByteArrayOutputStream();
    private int from;
    private int to;
    private Line line = Line.NEW;

    /** @param limit the longest line that may be a result, in bytes */
    LineReader(ReadableByteChannel channel, int limit) {
        this.channel = channel;
        this.limit = limit;
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
                    candidate.write(buffer, from, to - from);
                    from = to;
                    continue;
                }
                if (line == Line.CHATTER && candidate.size() > 0) {
                    return new Piece.Chatter(endCandidate(Line.CHATTER));
                }
            }
            int end = lineEnd();
            boolean complete = end < to;
            int length = end - from + (complete ? 1 : 0);
            if (line == Line.CHATTER) {
                line = complete ? Line.NEW : Line.CHATTER;
                return new Piece.Chatter(take(length));
            }
            if (candidate.size() + length > limit) { // not written first: that would double the memory it holds
                return new Piece.TooLong(endCandidate(Line.CHATTER));
            }
            candidate.write(buffer, from, length);
            from += length;
            if (complete) {
                return new Piece.Candidate(endCandidate(Line.NEW));
            }
        }
    }

    /**
     * Takes what has been read ahead; a line that has only begun is chatter to its end.
     *
     * @param more whether more can be read without blocking
     */
    byte[] takeStale(BooleanSupplier more) throws IOException {
        ByteArrayOutputStream stale = new ByteArrayOutputStream();
        stale.write(endCandidate(candidate.size() > 0 ? Line.CHATTER : line));
        while (from < to || more.getAsBoolean() && fill()) {
            line = buffer[to - 1] == '\n' ? Line.NEW : Line.CHATTER;
            stale.write(take(to - from));
        }
        return stale.toByteArray();
    }

    private boolean fill() throws IOException {
        int read = channel.read(ByteBuffer.wrap(buffer));
        from = 0;
        to = Math.max(read, 0);
        return read > 0;
    }

    private @Nullable Piece atEnd() {
        if (candidate.size() == 0) {
            return null;
        }
        boolean blank = line == Line.BLANK;
        byte[] rest = endCandidate(Line.NEW);
        return blank ? new Piece.Chatter(rest) : new Piece.Candidate(rest);
    }

    private byte[] endCandidate(Line next) {
        byte[] bytes = candidate.toByteArray();
        candidate = new ByteArrayOutputStream(); // a large one is not kept for the next line
        line = next;
        return bytes;
    }

    /** What a line is by its first byte that is not blank; blanks to the end of the buffer leave it open. */
    private Line beginning() {
        int at = from;
        while (at < to && (buffer[at] == ' ' || buffer[at] == '\t')) {
            at++;
        }
        if (at == to && candidate.size() + to - from <= limit) {
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
