package org.turing.runtime.bench.suite;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.growth.Bloat;
import org.turing.runtime.bench.growth.Growth;
import org.turing.runtime.bench.growth.Snapshot;
import org.turing.runtime.bench.idle.IdleCost;
import org.turing.runtime.bench.idle.Memory;
import org.turing.runtime.bench.pickup.PickUp;
import org.turing.runtime.bench.pipeline.Gate;
import org.turing.runtime.bench.pipeline.Pipeline;
import org.turing.runtime.bench.scripts.ScriptThroughput;
import org.turing.runtime.bench.startup.StartUp;
import org.turing.runtime.bench.throughput.Throughput;

/** What {@link EveryPart} consists of, and how little of each is enough to see that it works. */
enum Part {
    THROUGHPUT(Throughput::new, "--rounds", "1", "--jobs", "1000", "--slow-jobs", "200", "--warm-up", "200"),
    SCRIPTS(ScriptThroughput::new, "--rounds", "1", "--thick-jobs", "500", "--script-jobs", "20"),
    PICK_UP(PickUp::new, "--samples", "5", "--warm-up", "1"),
    IDLE(IdleCost::new, "--task-types", "1,50", "--settle", "5", "--seconds", "5"),
    GROWTH(
            Growth::new,
            "--rounds",
            "1",
            "--jobs",
            "500",
            "--warm-up",
            "100",
            "--pending",
            "500,1000",
            "--finished",
            "0,10000",
            "--task-types",
            "1,20",
            "--lanes",
            "1,2"),
    SNAPSHOT(Snapshot::new, "--rounds", "1", "--jobs", "2000", "--warm-up", "100"),
    BLOAT(Bloat::new, "--tickets", "2000", "--later", "2"),
    PIPELINE(Pipeline::new, "--runs", "1", "--entities", "20"),
    GATE(Gate::new, "--items", "30", "--warm-up", "10"),
    START_UP(StartUp::new, "--runs", "1", "--warm-up", "0"),
    MEMORY(Memory::new, "--task-types", "50", "--runs", "1", "--settle", "5");

    private final Supplier<Benchmark> benchmark;
    private final List<String> quick;

    Part(Supplier<Benchmark> benchmark, String... quick) {
        this.benchmark = benchmark;
        this.quick = List.of(quick);
    }

    /** As the command is called. */
    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Benchmark benchmark() {
        return benchmark.get();
    }

    /** Whether a round of it takes many minutes. */
    boolean takesLong() {
        return this == GROWTH || this == SNAPSHOT;
    }

    /** Options for a small version. */
    List<String> quick() {
        return quick;
    }
}
