package org.turing.runtime.app.access;

import java.nio.file.Path;

/** A command needs a running runtime, and there is none on the data folder. */
public final class NoRuntime extends Exception {
    private static final long serialVersionUID = 1L;

    NoRuntime(Path data) {
        super("no runtime runs on data folder " + data
                + ". Fix: start one with 'turing start', or name the folder of the one that runs with --data");
    }
}
