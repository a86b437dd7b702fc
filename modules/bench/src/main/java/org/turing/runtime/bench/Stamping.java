package org.turing.runtime.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The scripts that the measured runtime runs. */
final class Stamping {

    /** The Java step, as task types name it. */
    static final String STAMP_STEP = "steps.jar#" + StampStep.class.getName();

    /** The same in Python, for a warm worker. */
    static final String STAMP = "stamp.py";

    /** Leaves the status to the runtime. */
    static final String PASS = "pass.py";

    /** Moves the status itself. */
    static final String MOVE = "move.py";

    private Stamping() {}

    /** Writes all scripts into a new folder. */
    static Path create(Path folder) throws IOException {
        ScriptsFolder.create(folder, "/org/turing/runtime/bench/", List.of(STAMP, PASS, MOVE));
        String step = StampStep.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("steps.jar")));
                InputStream bytes = ScriptsFolder.open("/" + step)) {
            jar.putNextEntry(new JarEntry(step));
            bytes.transferTo(jar);
        }
        return folder;
    }
}
