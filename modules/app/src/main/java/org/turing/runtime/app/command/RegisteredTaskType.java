package org.turing.runtime.app.command;

import java.util.List;
import java.util.Set;
import org.turing.runtime.app.program.Assignment;
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
        Assignment named = new Assignment(Set.of(nameOrId), null, 0, Set.of(), false, false);
        return registered.stream()
                .filter(named::includes)
                .mapToLong(TaskType::id)
                .findFirst()
                .orElseThrow(() -> new CommandFailed(String.join("\n", named.missing(registered))));
    }
}
