package org.turing.runtime.app.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.demo.OwlReport.TaskTypeFigures;
import org.turing.runtime.ports.view.TaskTypeStatus;

/**
 * Shows how far a run is: on a terminal a bar per task type, elsewhere a plain line every few seconds. It writes to
 * standard error, so that standard output stays free for the report.
 */
public final class DemoProgress {

    private static final Duration LINE_EVERY = Duration.ofSeconds(3);
    private static final int LABEL = 12;
    private static final int LONE_LABEL = 24;
    private static final int REDRAW_MILLIS = 200;

    private final boolean bars;
    private final PrintStream out;
    private final InstantSource clock;

    /**
     * @param bars whether there is a terminal to draw bars on
     * @param out where plain lines go; bars go to the terminal
     * @param clock for the pace of plain lines
     */
    DemoProgress(boolean bars, PrintStream out, InstantSource clock) {
        this.bars = bars;
        this.out = out;
        this.clock = clock;
    }

    /** Bars if standard error is a terminal that can move its cursor, else lines. */
    public static DemoProgress onStandardError() {
        return new DemoProgress(isTerminal(), System.err, InstantSource.system());
    }

    /** Shows a run of these task types until it is closed. */
    Display display(String title, List<String> taskTypes) {
        return bars ? new Bars(title, taskTypes) : new Lines(title, taskTypes);
    }

    /** What is seen of one run. */
    interface Display extends PipelineRun.Listener, AutoCloseable {
        /**
         * Everything was done. The last look at a run comes a moment before its end, so the tickets have the last word.
         *
         * @param figures of this run's task types; those of others are passed over
         */
        void finished(List<TaskTypeFigures> figures);

        @Override
        void close();
    }

    /**
     * @param taskType its name
     * @param done subjects that it is through with
     * @param expected those and the ones that may still come, as far as that can be told
     */
    record Step(String taskType, long done, long expected) {}

    /**
     * How far each task type is; those that wait before an earlier stage may still come to the later ones. An inbox
     * counted a moment ago may still hold what is done by now: no task type gets more than all terms.
     */
    static List<Step> steps(List<TaskTypeStatus> statuses) {
        Map<String, TaskTypeStatus> byName =
                statuses.stream().collect(Collectors.toMap(TaskTypeStatus::name, status -> status));
        List<Step> steps = new ArrayList<>();
        long upstream = 0;
        for (List<String> stage : OwlExample.STAGES) {
            long waiting = 0;
            for (String name : stage) {
                TaskTypeStatus status = byName.get(name);
                if (status != null) {
                    long own = Math.max(0, status.inbox()) + status.inFlight();
                    long done = status.completed() + status.skipped() + status.dead();
                    steps.add(new Step(name, done, Math.max(done, Math.min(done + own + upstream, OwlData.TERMS))));
                    waiting = Math.max(waiting, own);
                }
            }
            upstream += waiting;
        }
        return steps;
    }

    /** How far these task types came in the end, in their order; nothing more is expected. */
    private static List<Step> lastSteps(Collection<String> taskTypes, List<TaskTypeFigures> figures) {
        Map<String, Long> done =
                figures.stream().collect(Collectors.toMap(TaskTypeFigures::taskType, TaskTypeFigures::completed));
        return taskTypes.stream()
                .map(name -> new Step(name, done.getOrDefault(name, 0L), done.getOrDefault(name, 0L)))
                .toList();
    }

    private static boolean isTerminal() {
        String terminal = System.getenv("TERM");
        if (terminal == null || terminal.isEmpty() || terminal.equals("dumb")) {
            return false;
        }
        try {
            // Java can't tell whether standard error alone is a terminal, a shell can.
            Process asked = new ProcessBuilder("sh", "-c", "test -t 2")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return asked.waitFor(1, TimeUnit.SECONDS) && asked.exitValue() == 0;
        } catch (IOException noShell) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final class Bars implements Display {
        private static final ProgressBarStyle STYLE = ProgressBarStyle.builder()
                .leftBracket("")
                .rightBracket("")
                .block('━')
                .space(' ')
                .build();

        private final Map<String, ProgressBar> bars = new LinkedHashMap<>();

        Bars(String title, List<String> taskTypes) {
            for (String taskType : taskTypes) {
                String label = taskTypes.size() == 1 ? title + ": " + taskType : taskType;
                int width = taskTypes.size() == 1 ? LONE_LABEL : LABEL;
                bars.put(
                        taskType,
                        new ProgressBarBuilder()
                                .setTaskName(String.format("%-" + width + "s", label))
                                .setInitialMax(1)
                                .setStyle(STYLE)
                                .setUpdateIntervalMillis(REDRAW_MILLIS)
                                .hideEta()
                                .continuousUpdate() // else a bar is drawn again only for steps, not for a new maximum
                                .build());
            }
        }

        @Override
        public void progress(List<TaskTypeStatus> taskTypes) {
            show(steps(taskTypes));
        }

        @Override
        public void finished(List<TaskTypeFigures> figures) {
            show(lastSteps(bars.keySet(), figures));
        }

        private void show(List<Step> steps) {
            for (Step step : steps) {
                ProgressBar bar = bars.get(step.taskType());
                if (bar != null) {
                    bar.maxHint(Math.max(1, step.expected()));
                    bar.stepTo(step.done());
                }
            }
        }

        @Override
        public void close() {
            bars.values().forEach(ProgressBar::close);
        }
    }

    private final class Lines implements Display {
        private final String title;
        private final List<String> taskTypes;
        private final Instant startedAt = clock.instant();
        private Instant nextAt = startedAt.plus(LINE_EVERY);
        private @Nullable String unsaid;

        Lines(String title, List<String> taskTypes) {
            this.title = title;
            this.taskTypes = taskTypes;
            out.println(title + ": " + String.join(", ", taskTypes));
        }

        @Override
        public synchronized void progress(List<TaskTypeStatus> statuses) {
            Instant now = clock.instant();
            unsaid = line(now, steps(statuses));
            if (!now.isBefore(nextAt)) {
                say();
                nextAt = now.plus(LINE_EVERY);
            }
        }

        @Override
        public synchronized void finished(List<TaskTypeFigures> figures) {
            unsaid = line(clock.instant(), lastSteps(taskTypes, figures));
        }

        /** Says the last state, unless it was said already. */
        @Override
        public synchronized void close() {
            say();
        }

        private void say() {
            if (unsaid != null) {
                out.println(unsaid);
                unsaid = null;
            }
        }

        private String line(Instant now, List<Step> steps) {
            String counts = steps.stream()
                    .map(step ->
                            String.format(Locale.ROOT, "%s %,d/%,d", step.taskType(), step.done(), step.expected()))
                    .collect(Collectors.joining("  "));
            double seconds = Duration.between(startedAt, now).toMillis() / 1000.0;
            return String.format(Locale.ROOT, "%s, %.0f s: %s", title, seconds, counts);
        }
    }
}
