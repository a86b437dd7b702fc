package org.turing.runtime.app.command;

import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.RuntimeControl.Target;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What to pause or resume. */
final class PartOption {

    private static final String EVERYTHING = "all";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "TASK_TYPE",
            description = "A task type by name or id, or 'all', as without one.")
    private @Nullable String taskType;

    @Option(names = "--model", paramLabel = "MODEL", description = "A model instead of a task type.")
    private @Nullable String model;

    Target target() {
        if (taskType != null && model != null) {
            throw new ParameterException(spec.commandLine(), "Name either a TASK_TYPE or a --model");
        }
        if (model != null) {
            return new Target.OneModel(model);
        }
        return taskType == null || taskType.equals(EVERYTHING) ? new Target.All() : new Target.OneTaskType(taskType);
    }
}
