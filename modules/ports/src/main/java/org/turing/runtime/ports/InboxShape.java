package org.turing.runtime.ports;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Relation;

/**
 * What was learned about a task type's inbox when it was examined.
 *
 * @param query the SELECT that is run: the work_query, or the one made from the declared inbox
 * @param idColumn the column with the subject id
 * @param idType that column's SQL type, as PostgreSQL names it
 * @param subjectType the subject kind of rows that do not carry their own
 * @param ownSubjectType whether rows carry their own {@code subject_type} column
 * @param relations the tables that the planner reads for it (partition roots), and those declared in {@code reads}
 * @param takesBatchSize whether {@code :batch_size} stands in it
 * @param literalLimit whether a LIMIT of its own bounds it, which can hide work
 * @param condition what a row {@code turing_row} of the query must meet besides, as SQL, or null: with a declared inbox
 *     a work_query's rows are in the inbox only while they are in its status
 */
public record InboxShape(
        String query,
        String idColumn,
        String idType,
        String subjectType,
        boolean ownSubjectType,
        Set<Relation> relations,
        boolean takesBatchSize,
        boolean literalLimit,
        @Nullable String condition) {
    public InboxShape {
        relations = Set.copyOf(relations);
    }
}
