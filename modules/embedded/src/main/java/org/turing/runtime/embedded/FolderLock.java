package org.turing.runtime.embedded;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * An exclusive lock on a folder, held by the operating system and therefore gone with its holder, however that ends.
 *
 * <p>POSIX drops all of a process's locks on a file as soon as the process closes <em>any</em> descriptor of it. So
 * this process must never open the lock file of a folder that it holds: the folders held here are known in memory, and
 * one monitor covers both looking and locking.
 */
final class FolderLock implements AutoCloseable {

    private static final String FILE = "lock";
    private static final Set<Path> HELD_HERE = new HashSet<>();

    /** A look at the lock by {@link #isHeld} holds it for an instant; a starting runtime waits that instant out. */
    private static final int TRIES = 20;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(25);

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Locks the folder.
     *
     * @param folder an existing folder, as a real path
     * @throws DataFolderInUse if someone else, or another part of this process, holds it
     */
    static FolderLock acquire(Path folder) throws IOException {
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(folder)) {
                throw new DataFolderInUse(
                        folder, OptionalLong.of(ProcessHandle.current().pid()));
            }
            FileChannel channel =
                    FileChannel.open(folder.resolve(FILE), Set.of(CREATE, READ, WRITE), PrivateFiles.FILE_MODE);
            try {
                lock(folder, channel);
                writePid(channel);
            } catch (IOException | RuntimeException failure) {
                channel.close();
                throw failure;
            }
            HELD_HERE.add(folder);
            return new FolderLock(folder, channel);
        }
    }

    /** Whether any process holds the folder now. */
    static boolean isHeld(Path folder) throws IOException {
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(folder)) {
                return true;
            }
            Path file = folder.resolve(FILE);
            if (!Files.exists(file)) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(file, WRITE)) {
                FileLock look = channel.tryLock();
                if (look == null) {
                    return true;
                }
                look.release();
                return false;
            }
        }
    }

    /** The process named by whoever locked last; whether it still holds the lock is another question. */
    static OptionalLong lastHolder(Path folder) throws IOException {
        synchronized (HELD_HERE) {
            if (HELD_HERE.contains(folder)) {
                return OptionalLong.of(ProcessHandle.current().pid());
            }
            try (FileChannel channel = FileChannel.open(folder.resolve(FILE), READ)) {
                return readPid(channel);
            }
        }
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Gives the folder free. The file stays: removing it would let two processes lock two files of one name. */
    @Override
    public void close() throws IOException {
        synchronized (HELD_HERE) {
            // A second close must not give away what another part of this process has taken since.
            if (channel.isOpen()) {
                channel.close();
                HELD_HERE.remove(folder);
            }
        }
    }

    private static void lock(Path folder, FileChannel channel) throws IOException {
        for (int tries = 1; channel.tryLock() == null; tries++) {
            OptionalLong holder = readPid(channel);
            boolean alive = holder.isPresent()
                    && ProcessHandle.of(holder.getAsLong())
                            .map(ProcessHandle::isAlive)
                            .orElse(false);
            if (alive || tries == TRIES) {
                throw new DataFolderInUse(folder, alive ? holder : OptionalLong.empty());
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
    }

    private static OptionalLong readPid(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        String text = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
        return text.matches("[0-9]{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    private static void writePid(FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
        channel.force(true);
    }
}
