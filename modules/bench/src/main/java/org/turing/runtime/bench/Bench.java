package org.turing.runtime.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Where the benchmarks start. */
@Command(
        name = "bench",
        subcommands = {
            StartUp.class,
            PickUp.class,
            CommandCost.class,
            DatabaseRestart.class,
            JournalCost.class,
            HostScaling.class,
            Throughput.class,
            ScriptThroughput.class
        },
        mixinStandardHelpOptions = true,
        description = "Measures turing-runtime. Figures depend on the machine and on what else it does.")
public final class Bench {
    private Bench() {}

    /** Runs the benchmark that the arguments name and ends the process. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
