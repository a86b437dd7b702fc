package org.turing.runtime.actors;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.TaskType;

/** Task types for tests. */
public final class Steps {

    private Steps() {}

    /** Takes the subjects of the one table from one status to another. */
    public static TaskType step(long id, String name, @Nullable String model, String from, String to) {
        return new TaskType(
                id,
                name,
                "",
                "test",
                true,
                null,
                new DeclaredInbox("owl", "id", "status", from, List.of(to)),
                name + ".py",
                model,
                List.of(),
                List.of(),
                ExecutionType.WORKER,
                null,
                10,
                null,
                0,
                null,
                null,
                3,
                Duration.ofMillis(10),
                Rerun.ON_RETURN,
                null);
    }
}
