package org.turing.runtime.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running server says of itself in {@code postmaster.pid}.
 *
 * @param pid the postmaster
 * @param port the port it listens on, or 0 where it has not written it yet
 * @see <a href="https://www.postgresql.org/docs/18/storage-file-layout.html">PostgreSQL 18, Database File Layout</a>
 */
record PostmasterFile(long pid, int port) {

    /** Never a process: beyond the largest pid of Linux (2^22) and of macOS (99998). */
    private static final String NO_PROCESS = "2147483647";

    private static final int PORT_LINE = 3;

    static Optional<PostmasterFile> read(Path data) throws IOException {
        Path file = file(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.get(0).strip().matches("[0-9]{1,10}")) {
            return Optional.empty();
        }
        String port = lines.size() > PORT_LINE ? lines.get(PORT_LINE).strip() : "";
        return Optional.of(new PostmasterFile(
                Long.parseLong(lines.get(0).strip()), port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0));
    }

    /**
     * Takes a process that is no server of this folder out of the file, since PostgreSQL would take it for one and
     * refuse to start. The rest stays: by the shared memory named there it finds out whether backends are left.
     */
    static void disown(Path data) throws IOException {
        Path file = file(data);
        List<String> lines = Files.readAllLines(file);
        lines.set(0, NO_PROCESS);
        PrivateFiles.write(file, String.join("\n", lines) + "\n");
    }

    private static Path file(Path data) {
        return data.resolve("postmaster.pid");
    }
}
