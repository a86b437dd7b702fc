package org.turing.runtime.actors.event;

import java.util.Locale;
import java.util.Set;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.TaskType;

/** Who should look at its inbox after somebody else's progress. Pure; when in doubt it says yes, as a look is cheap. */
public final class Readers {

    private Readers() {}

    /**
     * Whether a reader's inbox may have grown through a step: by what was moved and committed, else by what the task
     * type says that it writes, else by the pipeline they share, else yes.
     *
     * @param reader the task type that may be woken
     * @param reads the tables that its inbox reads
     * @param step what somebody did
     */
    public static boolean concerned(TaskType reader, Set<Relation> reads, Progress.Step step) {
        if (step.succeeded() == 0 && step.changes().isEmpty()) {
            return false;
        }
        if (!step.changes().isEmpty()) {
            return step.changes().stream().anyMatch(change -> picksUp(reader, reads, change));
        }
        TaskType writer = step.taskType();
        if (!writer.writes().isEmpty()) {
            return writer.writes().stream().anyMatch(table -> reads.stream().anyMatch(r -> names(table, r)));
        }
        return writer.pipeline() == null || writer.pipeline().equals(reader.pipeline());
    }

    private static boolean picksUp(TaskType reader, Set<Relation> reads, StatusChange change) {
        if (!reads.contains(change.relation())) {
            return false;
        }
        DeclaredInbox inbox = reader.declaredInbox();
        boolean ownQuery = reader.workQuery() != null;
        return ownQuery
                || inbox == null
                || change.to() == null
                || inbox.inboxStatus().equals(change.to());
    }

    private static boolean names(String table, Relation relation) {
        String plain = table.replace("\"", "").toLowerCase(Locale.ROOT);
        String name = relation.name().toLowerCase(Locale.ROOT);
        return plain.equals(name) || plain.equals(relation.schema().toLowerCase(Locale.ROOT) + "." + name);
    }
}
