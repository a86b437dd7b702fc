package org.turing.runtime.app.inspection;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Model;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.ScriptHost.ScriptFault;

/**
 * What a task type would meet if it ran now.
 *
 * @param taskType the task type
 * @param executionType how its script runs, with {@code auto} decided; null if the script can't run
 * @param shape what its inbox looks like; null if it can't be read
 * @param inbox subjects that may be claimed now, counted up to a limit; 0 if the inbox can't be read
 * @param more whether counting stopped there
 * @param first the first subject ids
 * @param problems why it can't run
 * @param warnings what should be looked at
 */
public record TaskTypeInspection(
        TaskType taskType,
        @Nullable ExecutionType executionType,
        @Nullable InboxShape shape,
        long inbox,
        boolean more,
        List<String> first,
        List<String> problems,
        List<String> warnings) {

    private static final int COUNT_TO = 100_000;

    /** Looks at task types one after the other. */
    public static final class Inspector {

        private final Inboxes inboxes;
        private final ScriptHost scripts;
        private final List<Model> models;
        private final Set<String> only;
        private final int sample;

        /**
         * @param models the registry's models
         * @param only if not empty, only these subject ids
         * @param sample how many subject ids to show; at least 1
         */
        public Inspector(Inboxes inboxes, ScriptHost scripts, List<Model> models, Set<String> only, int sample) {
            this.inboxes = inboxes;
            this.scripts = scripts;
            this.models = List.copyOf(models);
            this.only = Set.copyOf(only);
            this.sample = sample;
        }

        /** Looks at one; whatever is wrong with it is told in the answer. */
        public TaskTypeInspection inspect(TaskType taskType) {
            List<String> problems = new ArrayList<>();
            List<String> warnings = new ArrayList<>();
            ExecutionType executionType = script(taskType, problems, warnings);
            model(taskType, problems, warnings);
            InboxShape shape = null;
            long inbox = 0;
            List<String> first = List.of();
            try {
                shape = inboxes.examine(taskType);
                Inboxes.Found found = inboxes.find(taskType, shape, sample, only);
                first = found.candidates().stream()
                        .limit(sample)
                        .map(Candidate::subject)
                        .map(subject -> subject.id())
                        .toList();
                inbox = only.isEmpty()
                        ? inboxes.count(taskType, shape, COUNT_TO)
                        : found.candidates().size();
                limit(shape, found, warnings);
            } catch (InboxFault fault) {
                problems.add(told(taskType, fault));
            }
            return new TaskTypeInspection(
                    taskType, executionType, shape, inbox, inbox >= COUNT_TO, first, problems, warnings);
        }

        private @Nullable ExecutionType script(TaskType taskType, List<String> problems, List<String> warnings) {
            try {
                ScriptHost.ScriptFacts facts = scripts.examine(taskType);
                if (facts.warning() != null) {
                    warnings.add(taskType.withoutName(facts.warning()));
                }
                return facts.executionType();
            } catch (ScriptFault fault) {
                problems.add(told(taskType, fault));
                return null;
            }
        }

        private void model(TaskType taskType, List<String> problems, List<String> warnings) {
            String name = taskType.requiresModel();
            if (name == null) {
                return;
            }
            Model model = models.stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElse(null);
            if (model == null) {
                warnings.add("model '" + name + "' has no row in models, so it gets one slot."
                        + " Fix: INSERT INTO models (model_name, slots) VALUES ('" + name.replace("'", "''") + "', 1)");
            } else if (model.slots() == 0) {
                problems.add("model '" + name + "' has no slots, so nothing that needs it runs."
                        + " Fix: UPDATE models SET slots = 1 WHERE model_name = '" + name.replace("'", "''") + "'");
            }
        }

        private static String told(TaskType taskType, Exception fault) {
            return taskType.withoutName(String.valueOf(fault.getMessage()));
        }

        private static void limit(InboxShape shape, Inboxes.Found found, List<String> warnings) {
            if (found.limitHides()) {
                warnings.add(
                        "the LIMIT of its work_query is filled by rows that can't be claimed and hides those behind"
                                + " them. Fix: take the LIMIT away, or write LIMIT :batch_size");
            } else if (shape.literalLimit()) {
                warnings.add("its work_query has a LIMIT of its own, which can hide work."
                        + " Fix: take it away, or write LIMIT :batch_size");
            }
            if (found.unusable() > 0) {
                warnings.add(found.unusable() + " row(s) of its inbox have no usable id and are passed over."
                        + " Fix: leave them out of the work_query (WHERE … IS NOT NULL)");
            }
        }
    }
}
