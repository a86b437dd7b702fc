package org.turing.runtime.actors.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.turing.runtime.actors.RunSettings;
import org.turing.runtime.domain.TaskType;

/** Which task types of the registry this runtime was asked to run. Pure. */
final class Selection {

    private final RunSettings settings;

    Selection(RunSettings settings) {
        this.settings = settings;
    }

    /** Whether it was asked for, enabled or not. */
    boolean chosen(TaskType taskType) {
        boolean named = settings.taskTypes().isEmpty()
                || settings.taskTypes().contains(taskType.name())
                || settings.taskTypes().contains(Long.toString(taskType.id()));
        String pipeline = settings.pipeline();
        return named && (pipeline == null || pipeline.equals(taskType.pipeline()));
    }

    /** Whether it is to be run: chosen, and enabled or run by hand only. */
    boolean runs(TaskType taskType) {
        return chosen(taskType) && (taskType.enabled() || !settings.claimsByItself());
    }

    /** What was asked for and can't be found or is disabled, one line each. */
    List<String> unmet(List<TaskType> all) {
        Set<String> known = all.stream()
                .flatMap(t -> Stream.of(t.name(), Long.toString(t.id())))
                .collect(Collectors.toSet());
        List<String> lines = new ArrayList<>();
        settings.taskTypes().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .forEach(name -> lines.add("there is no task type '" + name + "'"));
        String pipeline = settings.pipeline();
        if (pipeline != null && all.stream().noneMatch(t -> pipeline.equals(t.pipeline()))) {
            lines.add("there is no pipeline '" + pipeline + "'");
        }
        if (settings.selective()) {
            all.stream()
                    .filter(t -> chosen(t) && !runs(t))
                    .forEach(t -> lines.add("task type '" + t.name()
                            + "' is disabled (UPDATE task_types SET enabled = true WHERE task_type_id = " + t.id()
                            + ")"));
        }
        return lines;
    }
}
