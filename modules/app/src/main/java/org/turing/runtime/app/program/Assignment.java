package org.turing.runtime.app.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.view.UnknownName;

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
     * Refuses what was asked for and does not exist, or can't be read.
     *
     * @throws UnknownName with a line for each, if there is any
     */
    public void refuseUnknown(Registry.Contents registry) {
        List<TaskType> registered = registry.taskTypes();
        List<String> missing = new ArrayList<>();
        List<String> names = registered.stream().map(TaskType::name).toList();
        taskTypes.stream()
                .filter(name -> registered.stream()
                        .noneMatch(
                                taskType -> name.equals(taskType.name()) || name.equals(Long.toString(taskType.id()))))
                .sorted()
                .forEach(name -> missing.add(registry.problems().stream()
                        .filter(problem -> problem.taskTypeName().equals(name))
                        .map(Registry.Problem::message)
                        .findFirst()
                        .orElseGet(() -> UnknownName.say("task type", name, names))));
        if (pipeline != null && registered.stream().noneMatch(taskType -> pipeline.equals(taskType.pipeline()))) {
            Set<String> pipelines = registered.stream()
                    .flatMap(taskType -> Stream.ofNullable(taskType.pipeline()))
                    .collect(Collectors.toSet());
            missing.add(UnknownName.say("pipeline", pipeline, pipelines));
        }
        if (!missing.isEmpty()) {
            throw new UnknownName(String.join("\n", missing));
        }
    }
}
