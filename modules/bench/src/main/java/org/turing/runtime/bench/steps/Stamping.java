package org.turing.runtime.bench.steps;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.turing.runtime.bench.ScriptsFolder;

/** The scripts that the measured runtime runs. */
public final class Stamping {

    /** The Java step, as task types name it. */
    public static final String STAMP_STEP = StepJar.scriptPath(StampStep.class);

    /** The same in Python, for a warm worker. */
    public static final String STAMP = "stamp.py";

    /** Leaves the status to the runtime. */
    public static final String PASS = "pass.py";

    /** Moves the status itself. */
    public static final String MOVE = "move.py";

    private Stamping() {}

    /** Writes all scripts into a new folder. */
    public static Path create(Path folder) throws IOException {
        ScriptsFolder.create(folder, "/org/turing/runtime/bench/", List.of(STAMP, PASS, MOVE));
        StepJar.write(folder, StampStep.class);
        return folder;
    }
}
