package org.turing.runtime.app.command;

import java.util.List;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.JdbcRegistry;
import org.turing.runtime.domain.TaskType;

/** Finds a task type as people name it. */
final class RegisteredTaskType {

    private RegisteredTaskType() {}

    /**
     * The id of a task type.
     *
     * @param nameOrId its name, or its id
     * @throws CommandFailed if none is registered under it
     */
    static long id(Database database, String nameOrId) throws CommandFailed {
        List<TaskType> registered = new JdbcRegistry(database).read().taskTypes();
        return registered.stream()
                .filter(taskType -> taskType.name().equals(nameOrId)
                        || Long.toString(taskType.id()).equals(nameOrId))
                .mapToLong(TaskType::id)
                .findFirst()
                .orElseThrow(() -> new CommandFailed("there is no task type '" + nameOrId + "'. "
                        + (registered.isEmpty()
                                ? "None is registered"
                                : "Registered: "
                                        + String.join(
                                                ", ",
                                                registered.stream()
                                                        .map(TaskType::name)
                                                        .toList()))));
    }
}
