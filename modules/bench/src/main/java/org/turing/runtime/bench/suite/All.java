package org.turing.runtime.bench.suite;

import picocli.CommandLine.Command;

/** By its name what {@link Bench} does without one. */
@Command(
        name = "all",
        mixinStandardHelpOptions = true,
        description = "Every benchmark that has goals, and one table of what they should be and are.")
final class All extends EveryPart {}
