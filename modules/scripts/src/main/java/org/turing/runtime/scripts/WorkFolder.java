package org.turing.runtime.scripts;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host's private folder (mode 0700): its pipes and its own programs. Named for its process, so that what a killed
 * one left behind is found and removed; it holds the mark of that one's children, so that those are found too.
 */
final class WorkFolder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);
    private static final String PREFIX = "scripts-";
    private static final String MARK = "mark";

    private final Path path;
    private final String mark;

    private WorkFolder(Path path, String mark) {
        this.path = path;
        this.mark = mark;
    }

    static WorkFolder create(Path parent) throws IOException {
        Files.createDirectories(parent);
        removeStale(parent);
        var privately = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        String prefix = PREFIX + ProcessHandle.current().pid() + "-";
        Path path = Files.createTempDirectory(parent, prefix, privately).toAbsolutePath();
        String mark = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
        Files.writeString(path.resolve(MARK), mark);
        return new WorkFolder(path, mark);
    }

    /** What tells the children of this host from others': it stands in their environment. */
    String mark() {
        return mark;
    }

    Path path() {
        return path;
    }

    /** Puts a program of this module's into the folder. */
    Path program(String resource) throws IOException {
        Path file = path.resolve(resource);
        if (!Files.exists(file)) {
            try (InputStream source = WorkFolder.class.getResourceAsStream(resource)) {
                if (source == null) {
                    throw new FileNotFoundException(resource + " is missing from the program. Fix: install it again");
                }
                Files.createDirectories(file.getParent());
                Files.copy(source, file);
            }
        }
        return file;
    }

    /** A folder with what scripts in Python may import. */
    Path pythonLibrary() throws IOException {
        return program("python/turing_runtime.py").getParent();
    }

    private static void removeStale(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            for (Path entry : entries.toList()) {
                String[] parts = entry.getFileName().toString().split("-");
                boolean ours = parts.length == 3 && PREFIX.equals(parts[0] + "-") && parts[1].matches("\\d{1,18}");
                if (ours && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
                    // Before anything of ours starts: what they worked on is about to be free for others.
                    LeftBehind.end(entry.resolve(MARK));
                    remove(entry);
                }
            }
        }
    }

    @Override
    public void close() {
        remove(path);
    }

    private static void remove(Path folder) {
        try (Stream<Path> entries = Files.walk(folder)) {
            List<Path> deepestFirst = entries.sorted(Comparator.reverseOrder()).toList();
            for (Path entry : deepestFirst) {
                Files.deleteIfExists(entry);
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("can't remove {}: {}. It may be removed by hand", folder, e.toString());
        }
    }
}
