package org.turing.runtime.app.command;

import java.util.Set;
import org.turing.runtime.app.program.Assignment;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.JdbcRegistry;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.view.UnknownName;

/** Finds a task type as people name it. */
final class RegisteredTaskType {

    private RegisteredTaskType() {}

    /**
     * The id of a task type.
     *
     * @param nameOrId its name, or its id
     * @throws UnknownName if none is registered under it
     */
    static long id(Database database, String nameOrId) {
        Registry.Contents registry = new JdbcRegistry(database).read();
        Assignment named = new Assignment(Set.of(nameOrId), null, 0, Set.of(), false, false);
        named.refuseUnknown(registry);
        return registry.taskTypes().stream()
                .filter(named::includes)
                .mapToLong(TaskType::id)
                .findFirst()
                .orElseThrow();
    }
}
