package org.turing.runtime.bench.steps;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.turing.runtime.bench.ScriptsFolder;

/** Jobs that carry some 300 bytes of JSON, and the scripts that give it back. */
public final class EchoJobs {

    /** A class for a warm worker. */
    public static final String WARM = "echo.py";

    /** For a process per job. */
    public static final String ONCE = "echo_once.py";

    /** A program that reads lines, for the floor. */
    public static final String LINES = "echo_lines.py";

    private static final String BODY = """
            jsonb_build_object('name', 'job ' || i, 'text', repeat('a line of some text ', 12),
                               'tags', jsonb_build_array('first', 'second', i))""";

    private EchoJobs() {}

    /** Adds jobs to a table that has the columns id and body. */
    public static String insert(long first, int jobs) {
        return "INSERT INTO jobs (id, body) SELECT i, %s FROM generate_series(%d, %d) i"
                .formatted(BODY, first, first + jobs - 1);
    }

    /** What a script is told of a job. */
    public static String line(long id, String body) {
        return "{\"subject_id\": \"" + id + "\", \"subject\": {\"id\": " + id + ", \"body\": " + body + "}}\n";
    }

    /** Writes the scripts into a folder. */
    public static Path writeScripts(Path folder) throws IOException {
        return ScriptsFolder.create(folder, "/org/turing/runtime/bench/", List.of(WARM, ONCE, LINES));
    }
}
