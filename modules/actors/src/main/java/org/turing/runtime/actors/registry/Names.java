package org.turing.runtime.actors.registry;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import org.turing.runtime.ports.view.UnknownName;

/** Which names the registry knows, whatever of them runs here. Pure. */
final class Names {

    private Names() {}

    /** Whether that is the task type's name, or its id. */
    static boolean are(TaskType taskType, String nameOrId) {
        return taskType.name().equals(nameOrId) || Long.toString(taskType.id()).equals(nameOrId);
    }

    /** Why there can be no such part; null if there is one. */
    static @Nullable String unknown(Target target, Registry.Contents registry) {
        if (target instanceof Target.OneTaskType one) {
            Set<String> names = Stream.concat(
                            registry.taskTypes().stream().map(TaskType::name),
                            registry.problems().stream().map(Registry.Problem::taskTypeName))
                    .collect(Collectors.toSet());
            boolean known = names.contains(one.taskType())
                    || registry.taskTypes().stream()
                            .anyMatch(taskType -> Long.toString(taskType.id()).equals(one.taskType()));
            return known ? null : UnknownName.say("task type", one.taskType(), names);
        }
        if (target instanceof Target.OneModel one) {
            Set<String> names = Stream.concat(
                            registry.models().stream().map(Model::name),
                            registry.taskTypes().stream().flatMap(t -> Stream.ofNullable(t.requiresModel())))
                    .collect(Collectors.toSet());
            return names.contains(one.model()) ? null : UnknownName.say("model", one.model(), names);
        }
        return null;
    }
}
