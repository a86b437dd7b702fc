package org.turing.runtime.app.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.turing.runtime.app.access.CommandDatabase;
import org.turing.runtime.app.access.NoDatabase;
import org.turing.runtime.app.inspection.TaskTypeInspection;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.JdbcInboxes;
import org.turing.runtime.database.JdbcRegistry;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.view.UnknownName;

/** What a runtime would find to do; nothing is claimed and no script runs. */
public final class DryRun {

    private static final int SAMPLE = 5;

    private DryRun() {}

    /**
     * Looks at the task types of an assignment.
     *
     * @return one for each enabled task type that was asked for, by name
     * @throws CannotStart if the scripts folder can't be used
     * @throws UnknownName if what was asked for does not exist
     */
    public static List<TaskTypeInspection> of(Settings settings, Assignment assignment)
            throws CannotStart, DatabaseFault, NoDatabase, IOException {
        Path work = Files.createTempDirectory("turing-");
        try (CommandDatabase command = CommandDatabase.open(settings);
                Database database = command.connect();
                ScriptHost scripts = Machinery.scripts(settings, work, command.settings())) {
            Registry.Contents registry = new JdbcRegistry(database).read();
            assignment.refuseUnknown(registry);
            int sample = Math.max(SAMPLE, assignment.subjects().size());
            TaskTypeInspection.Inspector inspector = new TaskTypeInspection.Inspector(
                    new JdbcInboxes(database), scripts, registry.models(), assignment.subjects(), sample);
            return registry.taskTypes().stream()
                    .filter(taskType -> taskType.enabled() && assignment.includes(taskType))
                    .map(inspector::inspect)
                    .toList();
        } finally {
            Files.deleteIfExists(work);
        }
    }
}
