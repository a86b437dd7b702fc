package org.turing.runtime.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The scripts that the measured runtime runs. */
final class Stamping {

    /** The Java step, as task types name it. */
    static final String STAMP_STEP = StepJar.scriptPath(StampStep.class);

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
        StepJar.write(folder, StampStep.class);
        return folder;
    }
}
