package org.turing.runtime.bench.growth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import org.turing.runtime.bench.Benchmark;
import org.turing.runtime.bench.Python;
import org.turing.runtime.bench.contenders.Circumstance;
import org.turing.runtime.bench.contenders.Contender;
import org.turing.runtime.bench.contenders.Floor;
import org.turing.runtime.bench.contenders.Shape;
import org.turing.runtime.bench.contenders.TuringRuntime;
import org.turing.runtime.bench.contenders.Under;
import org.turing.runtime.bench.contenders.Workload;
import org.turing.runtime.bench.report.Findings;
import org.turing.runtime.bench.report.Goal;
import org.turing.runtime.bench.report.Report;
import org.turing.runtime.bench.scripts.ScriptFloor;
import org.turing.runtime.bench.throughput.Rounds;
import org.turing.runtime.bench.throughput.Series;
import org.turing.runtime.bench.throughput.ThroughputRounds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What becomes of the runtime's throughput, and of the floor's, as work, past, task types or workers grow; each step in
 * an emptied database, all steps of a curve in turns. Jobs move the status of their row; those of {@link Kind#LANES} go
 * through Python.
 */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        description = "Throughput as pending rows, finished tickets, task types or workers grow.")
public final class Growth extends Benchmark {

    private static final String USUAL = "20,000";

    private enum Kind {
        PENDING("pending rows", "pending"),
        FINISHED("finished tickets", "finished"),
        IDLE_TASK_TYPES("task types, one of which has all work", "idle-task-types"),
        BUSY_TASK_TYPES("task types, each with its share of the work", "busy-task-types"),
        LANES("lanes, each a warm Python worker", "lanes");

        private final String axis;
        private final String file;

        Kind(String axis, String file) {
            this.axis = axis;
            this.file = file;
        }
    }

    @Mixin
    private Rounds rounds = new Rounds();

    @Option(names = "--curve", description = "Which ones; repeatable, default: all of ${COMPLETION-CANDIDATES}.")
    private Set<Kind> kinds = EnumSet.allOf(Kind.class);

    @Option(
            names = "--pending",
            split = ",",
            defaultValue = "1000,10000,20000,100000,1000000",
            description = "How many rows are ready at once, all of which are worked off (${DEFAULT-VALUE}).")
    private List<Long> pending = List.of();

    @Option(
            names = "--finished",
            split = ",",
            defaultValue = "0,10000000",
            description = "How many tickets have been finished before; 10000000 take some minutes a turn, and 10 GB"
                    + " (${DEFAULT-VALUE}).")
    private List<Long> finished = List.of();

    @Option(
            names = "--task-types",
            split = ",",
            defaultValue = "1,10,100,1000",
            description = "How many task types there are (${DEFAULT-VALUE}).")
    private List<Long> taskTypes = List.of();

    @Option(
            names = "--lanes",
            split = ",",
            defaultValue = "1,2,4,8",
            description = "How many workers run beside each other (${DEFAULT-VALUE}).")
    private List<Long> lanes = List.of();

    @Option(
            names = "--jobs",
            defaultValue = "20000",
            description = "Timed jobs of a turn, where it is not they that grow (${DEFAULT-VALUE}).")
    private int jobs;

    @Option(
            names = "--warm-up",
            defaultValue = "20000",
            description = "Jobs before those, at least 1 (${DEFAULT-VALUE}).")
    private int warmUp;

    @Override
    protected Findings measure() throws Exception {
        Map<Kind, Curve> curves = new EnumMap<>(Kind.class);
        for (Kind kind : EnumSet.copyOf(kinds)) {
            curves.put(kind, measured(kind));
        }
        List<String> lines = new ArrayList<>();
        ObjectNode figures = Findings.object();
        for (Map.Entry<Kind, Curve> entry : curves.entrySet()) {
            Curve curve = entry.getValue();
            lines.addAll(curve.lines());
            figures.set(entry.getKey().file, curve.json());
            if (curve.series().stream().anyMatch(Series::measured)) {
                Files.writeString(file("-" + entry.getKey().file + ".svg"), new CurvePicture(curve).svg());
            }
        }
        if (curves.containsKey(Kind.FINISHED)) {
            Report.progress("plans:");
            lines.addAll(Plans.after(program(), new Past(finished.get(finished.size() - 1))));
        }
        return new Findings(lines, figures, goals(curves));
    }

    private static List<Goal> goals(Map<Kind, Curve> curves) {
        List<Goal> goals = new ArrayList<>();
        Curve rows = curves.get(Kind.PENDING);
        if (rows != null) {
            String from = rows.points().stream().anyMatch(point -> point.x().equals(USUAL)) ? USUAL : rows.first();
            goals.add(goal(rows, from));
        }
        Curve past = curves.get(Kind.FINISHED);
        if (past != null) {
            goals.add(goal(past, past.first()));
        }
        return goals;
    }

    private static Goal goal(Curve curve, String from) {
        String last = curve.points().get(curve.points().size() - 1).x();
        return Goal.atLeast(
                "throughput with %s %s: times that with %s".formatted(last, curve.axis(), from),
                curve.lastTo(from),
                0.9);
    }

    private Curve measured(Kind kind) throws Exception {
        Report.progress(kind.axis + ":");
        Curve curve = curve(kind);
        new ThroughputRounds(rounds.count(), Math.max(1, warmUp), curve::jobs).run(curve.series());
        return curve;
    }

    private Curve curve(Kind kind) throws Exception {
        return switch (kind) {
            case PENDING -> curve(kind, pending, this::floor, x -> runtime(Shape.PLAIN, Circumstance.NONE, x));
            case FINISHED ->
                curve(
                        kind,
                        finished,
                        x -> floor(new Past(x).ofTheFloor(), x),
                        x -> runtime(Shape.PLAIN, new Past(x).ofTheRuntime(), x));
            case IDLE_TASK_TYPES, BUSY_TASK_TYPES ->
                curve(
                        kind,
                        taskTypes,
                        this::floor,
                        x -> runtime(
                                Shape.ofTaskTypes(Math.toIntExact(x), kind == Kind.BUSY_TASK_TYPES),
                                Circumstance.NONE,
                                x));
            case LANES -> {
                Python python = Python.find();
                yield curve(
                        kind,
                        lanes,
                        x -> new Under(
                                new ScriptFloor(program(), python, Math.toIntExact(x), rounds.batch()),
                                title(x),
                                Circumstance.NONE),
                        x -> runtime(Shape.ofLanes(Math.toIntExact(x)), Circumstance.NONE, x));
            }
        };
    }

    private Contender floor(long x) {
        return floor(Circumstance.NONE, x);
    }

    private Contender floor(Circumstance circumstance, long x) {
        return new Under(new Floor(program(), rounds.batch()), title(x), circumstance);
    }

    private Contender runtime(Shape shape, Circumstance circumstance, long x) {
        return new Under(new TuringRuntime(program(), shape), title(x), circumstance);
    }

    private Curve curve(Kind kind, List<Long> steps, LongFunction<Contender> floor, LongFunction<Contender> runtime) {
        Workload workload = kind == Kind.LANES ? Workload.THICK : Workload.STATUS;
        return new Curve(
                kind.axis,
                steps.stream()
                        .map(x -> new Curve.Point(
                                title(x),
                                kind == Kind.PENDING ? Math.toIntExact(x) : jobs,
                                new Series(floor.apply(x), workload),
                                new Series(runtime.apply(x), workload)))
                        .toList());
    }

    private static String title(long x) {
        return String.format(Locale.ROOT, "%,d", x);
    }
}
