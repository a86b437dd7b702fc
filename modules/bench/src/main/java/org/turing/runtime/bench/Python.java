package org.turing.runtime.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The interpreter that the runtime would take by default.
 *
 * @param path of the real one, not of a version manager's shim
 */
public record Python(Path path, String version) {

    private static final String QUESTION = "import sys; print(sys.executable); print(sys.version.split()[0])";

    public static Python find() throws IOException, InterruptedException {
        String name = System.getenv().getOrDefault("TURING_PYTHON", "python3");
        List<String> answer =
                Shell.output(List.of(name, "-c", QUESTION), Map.of()).lines().toList();
        return new Python(Path.of(answer.get(0)), answer.get(1));
    }
}
