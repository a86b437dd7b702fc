package org.turing.runtime.scripts;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.ExecutionType;

/**
 * A script that can be run.
 *
 * @param path the file, symbolic links resolved
 * @param hash SHA-256 of the file in hex
 * @param executionType how it is run; never {@code auto}
 * @param command what to start, empty for {@code java}; for {@code thick} the interpreter alone
 * @param className the class in the jar, for {@code java}
 * @param warning what people should know of it although it can be run, or null
 */
record ScriptFile(
        Path path,
        String hash,
        ExecutionType executionType,
        List<String> command,
        @Nullable String className,
        @Nullable String warning) {
    ScriptFile {
        command = List.copyOf(command);
    }
}
