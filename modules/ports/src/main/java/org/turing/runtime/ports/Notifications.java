package org.turing.runtime.ports;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Relation;

/** PostgreSQL's notifications as hints. Losing all of them costs latency, never work. */
public interface Notifications {

    /**
     * Listens until the subscription is closed, on a thread of its own; reconnects by itself.
     *
     * @param listener called on that thread; must not block
     */
    Subscription listen(Consumer<Notice> listener);

    /** Ends the listening. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** What was heard. */
    sealed interface Notice {
        /** A row of {@code task_types} or {@code models} changed. */
        record RegistryChanged() implements Notice {}

        /** A watched table changed. */
        record TableChanged(Relation relation) implements Notice {}

        /**
         * Somebody asks a task type to look at its inbox now.
         *
         * @param taskTypeId the task type, or null for all
         */
        record Wake(@Nullable Long taskTypeId) implements Notice {}

        /** Listening (again): anything may have been missed before. */
        record Listening() implements Notice {}

        /** The connection was lost; it is being opened again. */
        record Deaf(String reason) implements Notice {}
    }
}
