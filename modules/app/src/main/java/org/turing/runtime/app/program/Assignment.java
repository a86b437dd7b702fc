package org.turing.runtime.app.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.TaskType;

/**
 * What a runtime is asked to do.
 *
 * @param taskTypes only these task types, by name or id; empty: all
 * @param pipeline only this pipeline, or null for all
 * @param limit tickets to make at most; 0: no limit
 * @param subjects only these subject ids; empty: all
 * @param runOnce whether it leaves when nothing is left to do
 * @param byHandOnly whether it runs nothing but what people ask for
 */
public record Assignment(
        Set<String> taskTypes,
        @Nullable String pipeline,
        long limit,
        Set<String> subjects,
        boolean runOnce,
        boolean byHandOnly) {
    public Assignment {
        taskTypes = Set.copyOf(taskTypes);
        subjects = Set.copyOf(subjects);
    }

    /** Everything that is registered, for ever. */
    public static final Assignment EVERYTHING = new Assignment(Set.of(), null, 0, Set.of(), false, false);

    /** Nothing but what people ask for. */
    public static final Assignment BY_HAND = new Assignment(Set.of(), null, 0, Set.of(), false, true);

    /** Whether a task type was asked for, enabled or not. */
    public boolean includes(TaskType taskType) {
        boolean named = taskTypes.isEmpty()
                || taskTypes.contains(taskType.name())
                || taskTypes.contains(Long.toString(taskType.id()));
        return named && (pipeline == null || pipeline.equals(taskType.pipeline()));
    }

    /**
     * What was asked for and does not exist.
     *
     * @param registered every task type of the registry
     * @return one line each; empty if everything exists
     */
    public List<String> missing(List<TaskType> registered) {
        List<String> missing = new ArrayList<>();
        taskTypes.stream()
                .filter(name -> registered.stream()
                        .noneMatch(
                                taskType -> name.equals(taskType.name()) || name.equals(Long.toString(taskType.id()))))
                .sorted()
                .forEach(name -> missing.add("there is no task type '" + name + "'. "
                        + registered(registered.stream().map(TaskType::name).toList())));
        if (pipeline != null && registered.stream().noneMatch(taskType -> pipeline.equals(taskType.pipeline()))) {
            missing.add("there is no pipeline '" + pipeline + "'. "
                    + registered(registered.stream()
                            .flatMap(taskType -> Stream.ofNullable(taskType.pipeline()))
                            .distinct()
                            .toList()));
        }
        return missing;
    }

    private static String registered(List<String> names) {
        return names.isEmpty() ? "None is registered" : "Registered: " + String.join(", ", names);
    }
}
