package org.turing.runtime.monitoring.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.ports.view.RuntimeControl.Target;

/** The bodies of the HTTP API's requests. Components are null where the request left them out. */
public final class Requests {

    private Requests() {}

    /**
     * @param now end what runs instead of finishing it; false if left out
     * @param all end all nodes of the cluster; false if left out
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Stop(@Nullable Boolean now, @Nullable Boolean all) {}

    /**
     * @param node the node's name or address
     * @param undo let it take work again; false if left out
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Drain(@Nullable String node, @Nullable Boolean undo) {}

    /**
     * What to pause or resume; exactly one component is given.
     *
     * @param all true for everything
     * @param taskType a task type's name or id
     * @param model a model's name
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Part(
            @Nullable Boolean all,
            @Nullable String taskType,
            @Nullable String model) {

        /** The request for a target. */
        public static Part of(Target target) {
            if (target instanceof Target.OneTaskType one) {
                return new Part(null, one.taskType(), null);
            }
            if (target instanceof Target.OneModel one) {
                return new Part(null, null, one.model());
            }
            return new Part(true, null, null);
        }

        /** The target, or null if the request does not name exactly one. */
        public @Nullable Target target() {
            boolean everything = Boolean.TRUE.equals(all);
            int named = (everything ? 1 : 0) + (taskType == null ? 0 : 1) + (model == null ? 0 : 1);
            if (named != 1) {
                return null;
            }
            if (taskType != null) {
                return new Target.OneTaskType(taskType);
            }
            return model == null ? new Target.All() : new Target.OneModel(model);
        }
    }

    /** @param taskType the task type's name or id */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Poll(@Nullable String taskType) {}

    /** @param ticketId the ticket to end */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Cancel(@Nullable Long ticketId) {}

    /**
     * @param taskType the task type's name or id
     * @param subjectId the subject
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Run(@Nullable String taskType, @Nullable String subjectId) {}
}
