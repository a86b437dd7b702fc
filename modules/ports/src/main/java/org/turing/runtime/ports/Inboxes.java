package org.turing.runtime.ports;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.TaskType;

/** Reads inboxes: always read-only, always under a statement timeout, never leaving a transaction open. */
public interface Inboxes {

    /**
     * Parses, plans and describes the inbox without running it to its end.
     *
     * @throws InboxFault if it can't serve as an inbox
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    InboxShape examine(TaskType taskType) throws InboxFault;

    /**
     * Finds subjects that may be claimed: rows that are claimed, backing off, set aside or finished do not hide those
     * behind them.
     *
     * @param wanted how many to look for; at least 1. More may come back where one scan is dear
     * @param only if not empty, only these subject ids
     * @throws InboxFault if the query fails
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    Found find(TaskType taskType, InboxShape shape, int wanted, Set<String> only) throws InboxFault;

    /**
     * A look into an inbox.
     *
     * @param only if not empty, only these subject ids
     */
    record Look(TaskType taskType, InboxShape shape, Set<String> only) {}

    /**
     * Looks into many inboxes in one round trip, for those who expect to find nothing.
     *
     * @return by the id of the task type, what {@link #find} would return; only of inboxes in which nothing may be
     *     claimed now. One that is missing holds something or could not be asked: it is to be looked into by itself
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    Map<Long, Found> emptyAmong(List<Look> looks);

    /**
     * A subject that a person names: with its row in the inbox, whatever is remembered of it. Of an inbox that is only
     * declared, the table's row in any status; a subject without a row has no fields.
     *
     * @throws InboxFault if the query fails
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    Candidate named(TaskType taskType, InboxShape shape, String subjectId) throws InboxFault;

    /**
     * Which of these ids the inbox returns now.
     *
     * @throws InboxFault if the query fails
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    Set<String> present(TaskType taskType, InboxShape shape, Collection<String> ids) throws InboxFault;

    /**
     * How many subjects may be claimed now.
     *
     * @param atMost where to stop counting
     * @throws InboxFault if the query fails
     * @throws DatabaseUnavailable if the database can't be asked now
     */
    long count(TaskType taskType, InboxShape shape, int atMost) throws InboxFault;

    /**
     * @param candidates in the query's order, without duplicates
     * @param snapshot PostgreSQL's {@code pg_current_snapshot()} of the reading: claims made from it are checked
     *     against it
     * @param more whether the inbox may hold further candidates
     * @param limitHides whether the query's own literal LIMIT was filled by rows that can't be claimed
     * @param passedOver rows that were looked at and can't be claimed
     * @param unusable those of them that have no usable id
     */
    record Found(
            List<Candidate> candidates,
            String snapshot,
            boolean more,
            boolean limitHides,
            long passedOver,
            int unusable) {}
}
