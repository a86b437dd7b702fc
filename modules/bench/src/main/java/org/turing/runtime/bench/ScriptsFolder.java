package org.turing.runtime.bench;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The scripts that the measured runtime runs. */
final class ScriptsFolder {

    /** The Java step, as task types name it. */
    static final String STAMP_STEP = "steps.jar#" + StampStep.class.getName();

    /** The same in Python, for a warm worker. */
    static final String STAMP = "stamp.py";

    /** Leaves the status to the runtime. */
    static final String PASS = "pass.py";

    /** Moves the status itself. */
    static final String MOVE = "move.py";

    private ScriptsFolder() {}

    /** Writes all scripts into a new folder. */
    static Path create(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("core"));
        for (String script : new String[] {STAMP, PASS, MOVE}) {
            copy("/org/turing/runtime/bench/" + script, folder.resolve(script));
        }
        // The example's client for PostgreSQL in plain Python, so that no psycopg2 is needed.
        copy("/examples/owl/core/__init__.py", folder.resolve("core/__init__.py"));
        copy("/examples/owl/core/database.py", folder.resolve("core/database.py"));
        String step = StampStep.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("steps.jar")));
                InputStream bytes = open("/" + step)) {
            jar.putNextEntry(new JarEntry(step));
            bytes.transferTo(jar);
        }
        return folder;
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream bytes = open(resource)) {
            Files.copy(bytes, target);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream bytes = ScriptsFolder.class.getResourceAsStream(resource);
        if (bytes == null) {
            throw new FileNotFoundException(resource + " is not on the class path. Fix: run as README.md says");
        }
        return bytes;
    }
}
