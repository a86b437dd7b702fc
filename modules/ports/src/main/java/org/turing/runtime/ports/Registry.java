package org.turing.runtime.ports;

import java.util.List;
import java.util.Set;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.TaskType;

/** The task types and models that users registered. */
public interface Registry {

    /**
     * Reads both tables in one snapshot.
     *
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    Contents read();

    /**
     * Writes down that people paused or resumed these task types; ids that have no row are passed over.
     *
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    void pause(Set<Long> taskTypeIds, boolean paused);

    /**
     * @param taskTypes every row that could be understood, enabled or not
     * @param paused the ids of those that people paused
     * @param models every row of {@code models}
     * @param problems rows that could not be understood
     */
    record Contents(List<TaskType> taskTypes, Set<Long> paused, List<Model> models, List<Problem> problems) {}

    /**
     * @param taskTypeId the row
     * @param taskTypeName its name
     * @param message the thing, the cause and the next step
     */
    record Problem(long taskTypeId, String taskTypeName, String message) {}
}
