package org.turing.runtime.app.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.inspection.TaskTypeInspection;

/** What would run, for people and as JSON. */
public final class DryRunReport {

    private DryRunReport() {}

    /**
     * A task type as JSON shows it.
     *
     * @param taskType its name
     * @param inbox subjects that may be claimed now
     * @param more whether there are more than were counted
     * @param executionType how its script would run
     * @param model the model that it needs
     * @param subjects the first subject ids
     */
    public record Line(
            long taskTypeId,
            String taskType,
            long inbox,
            boolean more,
            @Nullable String executionType,
            @Nullable String model,
            List<String> subjects,
            List<String> problems,
            List<String> warnings) {

        /** What was found, without what is of no interest outside. */
        public static Line of(TaskTypeInspection found) {
            return new Line(
                    found.taskType().id(),
                    found.taskType().name(),
                    found.inbox(),
                    found.more(),
                    found.executionType() == null ? null : found.executionType().sqlName(),
                    found.taskType().requiresModel(),
                    found.first(),
                    found.problems(),
                    found.warnings());
        }
    }

    /** The lines for people, within a width. */
    public static List<String> lines(List<TaskTypeInspection> found, int width) {
        if (found.isEmpty()) {
            return List.of("no enabled task type is registered");
        }
        TextTable table = TextTable.of("TASK TYPE", "INBOX", "RUNS", "MODEL", "FIRST SUBJECTS")
                .numbers(1);
        List<String> remarks = new ArrayList<>();
        for (TaskTypeInspection inspection : found) {
            Line line = Line.of(inspection);
            table.row(
                    line.taskType(),
                    line.inbox() + (line.more() ? "+" : ""),
                    line.executionType() == null ? "not" : line.executionType(),
                    line.model() == null ? "" : line.model(),
                    String.join(", ", line.subjects())
                            + (line.inbox() > line.subjects().size() ? ", …" : ""));
            line.problems().forEach(problem -> remarks.add(line.taskType() + ": " + problem));
            line.warnings().forEach(warning -> remarks.add(line.taskType() + ": " + warning));
        }
        List<String> lines = new ArrayList<>(table.lines(width, 4));
        if (!remarks.isEmpty()) {
            lines.add("");
            remarks.forEach(remark -> lines.addAll(TextTable.wrapped(remark, width)));
        }
        return lines;
    }
}
