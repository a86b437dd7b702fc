package org.turing.runtime.bench.suite;

import org.turing.runtime.bench.growth.Bloat;
import org.turing.runtime.bench.growth.Growth;
import org.turing.runtime.bench.growth.Snapshot;
import org.turing.runtime.bench.hosts.HostScaling;
import org.turing.runtime.bench.idle.IdleCost;
import org.turing.runtime.bench.idle.Memory;
import org.turing.runtime.bench.journal.JournalCost;
import org.turing.runtime.bench.micro.Micro;
import org.turing.runtime.bench.pickup.PickUp;
import org.turing.runtime.bench.pipeline.Gate;
import org.turing.runtime.bench.pipeline.Pipeline;
import org.turing.runtime.bench.restart.DatabaseRestart;
import org.turing.runtime.bench.scripts.ScriptThroughput;
import org.turing.runtime.bench.startup.CommandCost;
import org.turing.runtime.bench.startup.StartUp;
import org.turing.runtime.bench.throughput.Throughput;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Where the benchmarks start; by itself it is {@link EveryPart}. */
@Command(
        name = "bench",
        subcommands = {
            All.class,
            Micro.class,
            StartUp.class,
            PickUp.class,
            CommandCost.class,
            DatabaseRestart.class,
            JournalCost.class,
            HostScaling.class,
            Throughput.class,
            Growth.class,
            Bloat.class,
            Snapshot.class,
            Gate.class,
            Pipeline.class,
            Memory.class,
            IdleCost.class,
            ScriptThroughput.class
        },
        mixinStandardHelpOptions = true,
        description =
                "Measures turing-runtime; all that has goals, if no command says what. Figures depend on the machine and on"
                        + " what else it does.")
public final class Bench extends EveryPart {

    /** Runs the benchmark that the arguments name and ends the process. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }
}
