package org.turing.runtime.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A wall clock of its own for a runtime and its scripts, by the library libfaketime, which reads from a file how wrong
 * the clock is, once a second. Clocks that only measure durations stay right, as they do when a machine's time is set.
 */
final class WrongClock {

    private static final String LIBRARY = "libfaketimeMT.so.1";

    private final Path library;
    private final Path file;

    private WrongClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /**
     * A clock that is right.
     *
     * @param file where it is told how wrong to be
     * @throws IOException if the library is not installed
     */
    static WrongClock create(Path file) throws IOException {
        Path library = library()
                .orElseThrow(
                        () -> new IOException(LIBRARY + " is not installed. Fix (Debian): apt-get install faketime"));
        WrongClock clock = new WrongClock(library, file);
        clock.jump(Duration.ZERO);
        return clock;
    }

    /** Where the library is, if it is installed. */
    static Optional<Path> library() throws IOException {
        Path libraries = Path.of("/usr/lib");
        if (!Files.isDirectory(libraries)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(libraries)) {
            return folders.map(folder -> folder.resolve("faketime").resolve(LIBRARY))
                    .filter(Files::exists)
                    .findFirst();
        }
    }

    /** What a process needs in its environment to live by this clock. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "DONT_FAKE_MONOTONIC", "1",
                // Otherwise it mends a fault of old C libraries, and Java's timed waits return at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** From the next second on it differs so much from the right time. */
    void jump(Duration difference) throws IOException {
        Files.writeString(file, "%+d%n".formatted(difference.toSeconds()));
    }
}
