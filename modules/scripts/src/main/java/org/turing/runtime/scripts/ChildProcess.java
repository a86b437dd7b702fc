package org.turing.runtime.scripts;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that leads a group of its own, with this JVM's ends of its standard streams. It has exited when its leader
 * has; it is gone when no process of its is left.
 */
final class ChildProcess {

    private static final Logger log = LoggerFactory.getLogger(ChildProcess.class);

    /** An empty pipe takes this much without blocking (PIPE_BUF on Linux; every pipe holds a page). */
    private static final int ALWAYS_FITS = 4096;

    private final long id;
    private final BiConsumer<ChildProcess, Duration> ender;
    private final CompletableFuture<Long> pid = new CompletableFuture<>();
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final FileChannel[] streams = new FileChannel[3];
    private @Nullable FileInputStream output;

    /** @param ender asks the supervisor to end a child after a grace */
    ChildProcess(long id, BiConsumer<ChildProcess, Duration> ender) {
        this.id = id;
        this.ender = ender;
    }

    /** Opens this JVM's ends of the pipes that the supervisor made. */
    void open(Path folder) throws IOException {
        for (int i = 0; i < streams.length; i++) {
            Path pipe = folder.resolve(id + "." + i);
            streams[i] = i == 0 ? FileChannel.open(pipe, StandardOpenOption.WRITE) : readEnd(pipe, i);
        }
    }

    /** Reads go by the channel, whose closing wakes a blocked reader; only the stream knows how much is there. */
    private FileChannel readEnd(Path pipe, int number) throws IOException {
        FileInputStream stream = new FileInputStream(pipe.toFile());
        if (number == 1) {
            output = stream;
        }
        return stream.getChannel();
    }

    /** How many bytes of standard output can be read without blocking. */
    int available() throws IOException {
        return output == null ? 0 : output.available();
    }

    long id() {
        return id;
    }

    CompletableFuture<Long> pid() {
        return pid;
    }

    FileChannel stdout() {
        return streams[1];
    }

    FileChannel stderr() {
        return streams[2];
    }

    /** Whether {@link #write} can't block as long as the child has read everything before. */
    static boolean fits(byte[] input) {
        return input.length <= ALWAYS_FITS;
    }

    /**
     * Writes to standard input; blocks while the child does not read.
     *
     * @return false if the child does not read any more
     */
    boolean write(byte[] input) {
        ByteBuffer buffer = ByteBuffer.wrap(input);
        try {
            while (buffer.hasRemaining()) {
                streams[0].write(buffer);
            }
            return true;
        } catch (IOException e) {
            log.debug("child {} does not read its input: {}", id, e.getMessage());
            return false;
        }
    }

    void closeInput() {
        close(streams[0]);
    }

    /** Closes this JVM's ends of the pipes; whoever is blocked on one of them is woken. */
    void closeStreams() {
        for (FileChannel stream : streams) {
            if (stream != null) {
                close(stream);
            }
        }
    }

    private void close(FileChannel stream) {
        try {
            stream.close();
        } catch (IOException e) {
            log.debug("closing a pipe of child {}: {}", id, e.getMessage());
        }
    }

    /** SIGTERM to the whole group now, SIGKILL after the grace. Does not wait. */
    void end(Duration grace) {
        ender.accept(this, grace);
    }

    boolean hasExited() {
        return exit.isDone();
    }

    /** Completes when the leader has ended; never exceptionally. */
    CompletableFuture<Exit> exit() {
        return exit;
    }

    /** Completes when no process of the child's is left; never exceptionally. */
    CompletableFuture<Void> gone() {
        return gone;
    }
}
