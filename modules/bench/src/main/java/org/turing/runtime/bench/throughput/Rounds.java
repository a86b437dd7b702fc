package org.turing.runtime.bench.throughput;

import picocli.CommandLine.Option;

/** How often contenders take turns, and how the floor is set. */
public final class Rounds {

    @Option(names = "--rounds", defaultValue = "3", description = "Turns of each (${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--batch",
            defaultValue = "100",
            description = "How many jobs the floor claims and completes at once (${DEFAULT-VALUE}).")
    private int batch;

    public int count() {
        return count;
    }

    public int batch() {
        return batch;
    }
}
