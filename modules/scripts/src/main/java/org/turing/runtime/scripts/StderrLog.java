package org.turing.runtime.scripts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The standard error of a process, cut into what belongs to each subject that it serves. A process that marks the end
 * of a subject (a record separator, the mark, the ticket id, a line end) is cut exactly there; another one where its
 * output stood when its result arrived.
 */
final class StderrLog implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(StderrLog.class);
    private static final int BUFFER = 1 << 14;
    private static final byte SEPARATOR = 0x1e;
    private static final int LONGEST_TICKET = 20;

    private final FileChannel stream;
    private final Supplier<BoundedText> newText;
    private final byte[] mark; // empty if the process marks nothing
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private BoundedText current;
    private @Nullable String marked;
    private String markedTicket = "";
    private boolean ended;

    /** @param mark what the process writes after the separator, or null if it marks nothing */
    StderrLog(FileChannel stream, Supplier<BoundedText> newText, @Nullable String mark) {
        this.stream = stream;
        this.newText = newText;
        this.mark = mark == null ? new byte[0] : ("\u001e" + mark + " ").getBytes(StandardCharsets.UTF_8);
        this.current = newText.get();
    }

    @Override
    public void run() {
        byte[] bytes = new byte[BUFFER];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (stream.read(buffer.clear()) >= 0) {
                append(bytes, buffer.position());
            }
        } catch (IOException e) {
            log.debug("standard error of a child ended early: {}", e.getMessage());
        } finally {
            end();
        }
    }

    private synchronized void end() {
        current.append(held.toByteArray());
        held.reset();
        ended = true;
        notifyAll();
    }

    private synchronized void append(byte[] bytes, int length) {
        int plain = 0;
        for (int i = 0; mark.length > 0 && i < length; i++) {
            boolean begins = bytes[i] == SEPARATOR;
            if (!begins && held.size() == 0) {
                continue;
            }
            if (held.size() == 0 || begins) {
                current.append(held.toByteArray());
                held.reset();
                current.append(bytes, plain, i - plain);
            }
            held.write(bytes[i]);
            plain = i + 1;
            hold(bytes[i]);
        }
        current.append(bytes, plain, length - plain);
    }

    /** What may be a mark is held back until it is one, or can't be one any more. */
    private void hold(byte last) {
        byte[] sofar = held.toByteArray();
        int size = sofar.length;
        boolean inMark = size <= mark.length;
        boolean fits =
                inMark ? last == mark[size - 1] : last >= '0' && last <= '9' && size < mark.length + LONGEST_TICKET;
        if (!inMark && last == '\n') {
            markedTicket = new String(sofar, mark.length, size - mark.length - 1, StandardCharsets.US_ASCII);
            marked = current.text();
            current = newText.get();
            held.reset();
            notifyAll();
        } else if (!fits) {
            current.append(sofar);
            held.reset();
        }
    }

    /**
     * What belongs to a subject that has its result.
     *
     * @param ticket what its mark says
     * @param patience how long to wait for the mark; then, or if the process marks nothing, all that is there belongs
     *     to it
     */
    synchronized String cut(String ticket, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        try {
            long left = patience.toMillis();
            while (mark.length > 0 && !ended && !markedTicket.equals(ticket) && left > 0) {
                wait(left);
                left = (until - System.nanoTime()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (marked != null && markedTicket.equals(ticket)) {
            String text = marked;
            marked = null;
            return text;
        }
        return cut();
    }

    /** All that has arrived since the last cut. */
    synchronized String cut() {
        String text = (marked == null ? "" : marked) + current.text();
        marked = null;
        current = newText.get();
        return text;
    }
}
