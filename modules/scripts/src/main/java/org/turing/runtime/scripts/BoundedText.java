package org.turing.runtime.scripts;

import java.io.ByteArrayOutputStream;

/**
 * What a process printed, in bounded memory: the beginning and the end of it, and a line that says how much is missing
 * between them. Broken UTF-8 and what PostgreSQL's text can't hold is replaced.
 */
final class BoundedText {

    private final int half;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream(0);
    private byte[] tail = new byte[0];
    private long tailBytes;

    /** @param limit how many bytes to keep */
    BoundedText(int limit) {
        this.half = limit / 2;
    }

    synchronized void append(byte[] bytes, int from, int length) {
        int first = Math.min(length, half - head.size());
        head.write(bytes, from, first);
        int offset = from + first;
        int left = length - first;
        if (left > 0 && tail.length == 0) {
            tail = new byte[half];
        }
        if (left > half) {
            tailBytes += left - half;
            offset += left - half;
            left = half;
        }
        while (left > 0) {
            int at = (int) (tailBytes % half);
            int part = Math.min(left, half - at);
            System.arraycopy(bytes, offset, tail, at, part);
            tailBytes += part;
            offset += part;
            left -= part;
        }
    }

    void append(byte[] bytes) {
        append(bytes, 0, bytes.length);
    }

    /** Everything kept so far, as text. */
    synchronized String text() {
        String beginning = Text.decode(head.toByteArray());
        if (tailBytes == 0) {
            return beginning;
        }
        if (tailBytes <= half) {
            byte[] all = new byte[head.size() + (int) tailBytes];
            System.arraycopy(head.toByteArray(), 0, all, 0, head.size());
            System.arraycopy(tail, 0, all, head.size(), (int) tailBytes);
            return Text.decode(all);
        }
        int at = (int) (tailBytes % half);
        byte[] end = new byte[half];
        System.arraycopy(tail, at, end, 0, half - at);
        System.arraycopy(tail, 0, end, half - at, at);
        return beginning + "\n... " + (tailBytes - half) + " bytes left out ...\n" + Text.decode(end);
    }
}
