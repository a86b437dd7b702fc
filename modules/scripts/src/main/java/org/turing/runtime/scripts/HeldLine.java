package org.turing.runtime.scripts;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line while it comes in and until it is made sense of: in memory while it is short, in a file of its own beyond
 * that. Many scripts may print long lines at once, and each may take as long as it likes to end one. For use by one
 * thread at a time.
 */
final class HeldLine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HeldLine.class);

    /** What is kept in memory, in bytes. */
    static final int SHORT = 1 << 16;

    /** Enough of either end to see what a line was meant to be. */
    private static final int EDGE = 1 << 10;

    private final Path folder;
    private ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable FileChannel file;
    private int length;
    private long cost;

    /** @param folder where its file is made; it has no name there for long, so that nothing is left behind */
    HeldLine(Path folder) {
        this.folder = folder;
    }

    /** @throws HostFault if there is no room for it on the disk */
    void append(byte[] bytes, int from, int count) {
        cost += JsonCost.of(bytes, from, count);
        length += count;
        if (file == null && length <= SHORT) {
            memory.write(bytes, from, count);
            return;
        }
        try {
            if (file == null) {
                file = unnamed();
                write(file, memory.toByteArray(), 0, memory.size());
                memory = new ByteArrayOutputStream(0);
            }
            write(file, bytes, from, count);
        } catch (IOException e) {
            close();
            throw unusable(e);
        }
    }

    private FileChannel unnamed() throws IOException {
        Path path = Files.createTempFile(folder, "line-", "");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(path); // its space is free when it is closed, or when this JVM ends
        return channel;
    }

    private static void write(FileChannel channel, byte[] bytes, int from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, from, count);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private HostFault unusable(IOException e) {
        return new HostFault(
                "a line of more than " + SHORT + " bytes that may be a result can't be kept in " + folder + ": "
                        + e.getMessage() + ". Fix: make room on that disk, or let scripts print shorter results",
                e);
    }

    /** In bytes, its line end included. */
    int length() {
        return length;
    }

    boolean isShort() {
        return file == null;
    }

    /** How much memory making sense of it may take, in bytes; rather too much than too little. */
    long cost() {
        return cost;
    }

    /** All of it, from its beginning; may be asked for again. Closing the stream does not close the line. */
    InputStream open() {
        FileChannel from = file;
        if (from == null) {
            return new ByteArrayInputStream(memory.toByteArray());
        }
        try {
            from.position(0);
        } catch (IOException e) {
            throw unusable(e);
        }
        InputStream stream = Channels.newInputStream(from);
        return new InputStream() {
            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int at, int count) {
                try {
                    return stream.read(into, at, count);
                } catch (IOException e) {
                    throw unusable(e);
                }
            }
        };
    }

    /** All of a line that is short. */
    byte[] bytes() {
        return memory.toByteArray();
    }

    /** Its beginning and its end. */
    byte[] edges() {
        byte[] bytes = new byte[Math.min(length, 2 * EDGE)];
        if (bytes.length == length) {
            copy(0, bytes, 0, length);
        } else {
            copy(0, bytes, 0, EDGE);
            copy(length - EDGE, bytes, EDGE, EDGE);
        }
        return bytes;
    }

    /** Puts all of it into a log, and closes it. */
    void moveTo(BoundedText text) {
        byte[] part = new byte[Math.min(length, SHORT)];
        for (int at = 0; at < length; at += part.length) {
            int count = Math.min(part.length, length - at);
            copy(at, part, 0, count);
            text.append(part, 0, count);
        }
        close();
    }

    private void copy(int position, byte[] into, int at, int count) {
        try {
            if (file == null) {
                System.arraycopy(memory.toByteArray(), position, into, at, count);
                return;
            }
            ByteBuffer buffer = ByteBuffer.wrap(into, at, count);
            while (buffer.hasRemaining()) {
                if (file.read(buffer, (long) position + buffer.position() - at) < 0) {
                    throw new IOException("it has become shorter");
                }
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Gives up what it takes on the disk and in memory. */
    @Override
    public void close() {
        memory = new ByteArrayOutputStream(0);
        length = 0;
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            log.debug("closing a long line's file in {}: {}", folder, e.getMessage());
        } finally {
            file = null;
        }
    }
}
