package org.turing.runtime.domain.breaker;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.turing.runtime.domain.TaskType;

/**
 * What a breaker guards: something that runs need, perhaps those of several task types.
 *
 * @param kind what it is
 * @param name the model's name, the script's path or the task type's name
 */
public record Circuit(Kind kind, String name) {

    /** What may be out of order as a whole. */
    public enum Kind {
        /** A model's server: of concern to all task types that need the model. */
        MODEL,
        /** A script file: of concern to all task types that run it. */
        SCRIPT,
        /** What one task type needs besides: the database's functions, tables and rights. */
        TASK_TYPE;

        /** For people and their tools: {@code model}, {@code script}, {@code task type}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** The circuits that a task type's runs depend on. */
    public static List<Circuit> of(TaskType taskType) {
        List<Circuit> all = new ArrayList<>(List.of(script(taskType), own(taskType)));
        String model = taskType.requiresModel();
        if (model != null) {
            all.add(new Circuit(Kind.MODEL, model));
        }
        return all;
    }

    /** The circuit of its script. */
    public static Circuit script(TaskType taskType) {
        return new Circuit(Kind.SCRIPT, taskType.scriptPath());
    }

    /** The circuit of its model; its own one if it needs none. */
    public static Circuit model(TaskType taskType) {
        String model = taskType.requiresModel();
        return model == null ? own(taskType) : new Circuit(Kind.MODEL, model);
    }

    /** The circuit that nobody shares with it. */
    public static Circuit own(TaskType taskType) {
        return new Circuit(Kind.TASK_TYPE, taskType.name());
    }

    @Override
    public String toString() {
        return kind.word() + " '" + name + "'";
    }
}
