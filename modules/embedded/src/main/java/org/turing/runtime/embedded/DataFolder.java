package org.turing.runtime.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which one runtime at a time keeps what survives restarts. Holding it proves that every earlier holder
 * has ended or closed it: the operating system releases the lock with the process.
 *
 * <p>Needs a POSIX file system (Linux, macOS), on a local disk: network file systems do not keep locks reliably.
 */
public final class DataFolder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
    private static final String IDENTITY = "identity";
    private static final String RUNNING = "runtime.json";
    private static final JsonMapper JSON = new JsonMapper();

    private final Path path;
    private final UUID identity;
    private final FolderLock lock;

    private DataFolder(Path path, UUID identity, FolderLock lock) {
        this.path = path;
        this.identity = identity;
        this.lock = lock;
    }

    /**
     * Creates the folder if it is missing (mode 0700) and takes it for this runtime. A lock whose holder has died is
     * taken over.
     *
     * @throws DataFolderInUse if another runtime, in this process or another, holds it
     * @throws DataFolderFailure if it can't be created, read or written
     */
    public static DataFolder open(Path folder) {
        try {
            PrivateFiles.createFolder(folder);
            Path real = folder.toRealPath();
            FolderLock lock = FolderLock.acquire(real);
            try {
                // A runtime that was killed could not take its announcement away.
                Files.deleteIfExists(real.resolve(RUNNING));
                return new DataFolder(real, identity(real), lock);
            } catch (IOException | RuntimeException failure) {
                lock.close();
                throw failure;
            }
        } catch (IOException failure) {
            throw new DataFolderFailure(
                    "data folder " + folder + " can't be used: " + reason(failure)
                            + ". Next: make it a folder that this user may write, or choose another with --data or"
                            + " TURING_DATA",
                    failure);
        }
    }

    /**
     * The runtime that runs on a folder now: one that announced itself, whose process lives and still holds the folder.
     * Changes nothing, and asks nobody.
     *
     * @throws DataFolderFailure if what is in the folder may not be read or makes no sense
     */
    public static Optional<RunningRuntime> findRunning(Path folder) {
        Path file = folder.resolve(RUNNING);
        try {
            RunningRuntime running = JSON.readValue(Files.readString(file), RunningRuntime.class);
            Path real = folder.toRealPath();
            boolean runs =
                    ProcessHandle.of(running.pid()).map(ProcessHandle::isAlive).orElse(false)
                            && FolderLock.isHeld(real)
                            && FolderLock.lastHolder(real).orElse(0) == running.pid();
            return runs ? Optional.of(running) : Optional.empty();
        } catch (NoSuchFileException notThere) {
            return Optional.empty();
        } catch (JsonProcessingException failure) {
            throw new DataFolderFailure(
                    file + " is not what a runtime of this version writes: " + failure.getOriginalMessage()
                            + ". Next: end the runtime that wrote it, then start this one",
                    failure);
        } catch (IOException failure) {
            throw new DataFolderFailure(
                    "data folder " + folder + " can't be read: " + reason(failure)
                            + ". Next: run as the user who started the runtime, or name another folder with --data",
                    failure);
        }
    }

    /** The folder, as a real path. */
    public Path path() {
        return path;
    }

    /** The folder's name for itself, given when it was first opened and never changed. */
    public UUID identity() {
        return identity;
    }

    /**
     * Tells the command line where this runtime is, in a file of mode 0600; replaces what it told before.
     *
     * @throws DataFolderFailure if the file can't be written
     */
    public void announce(RunningRuntime running) {
        try {
            PrivateFiles.write(path.resolve(RUNNING), JSON.writeValueAsString(running) + "\n");
        } catch (IOException failure) {
            throw new DataFolderFailure(
                    path.resolve(RUNNING) + " can't be written: " + reason(failure)
                            + ". Next: look for a full disk or changed rights",
                    failure);
        }
    }

    /** Takes the announcement away and gives the folder free. Closing twice does no harm. */
    @Override
    public void close() {
        try {
            if (lock.isOpen()) {
                Files.deleteIfExists(path.resolve(RUNNING));
            }
            lock.close();
        } catch (IOException failure) {
            log.warn("data folder {} was not closed properly: {}", path, reason(failure));
        }
    }

    private static UUID identity(Path folder) throws IOException {
        Path file = folder.resolve(IDENTITY);
        if (!Files.exists(file)) {
            PrivateFiles.write(file, UUID.randomUUID() + "\n");
        }
        String text = Files.readString(file).strip();
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException failure) {
            throw new DataFolderFailure(
                    file + " does not hold a UUID but '" + text + "'. Next: restore it, or delete it if no runtime uses"
                            + " this folder: the next start gives the folder a new identity",
                    failure);
        }
    }

    /** The exception's kind is half of what it says: the message of AccessDeniedException is only a path. */
    private static String reason(IOException failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
