package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;

/** Asks users' tables, read-only, each time in a transaction that is ended right away. */
public final class JdbcInboxes implements Inboxes {

    private static final Logger log = LoggerFactory.getLogger(JdbcInboxes.class);

    /** What one dear scan brings at most, so that it feeds many claims. */
    private static final int DEAR_SCAN_FEEDS = 1000;

    /** A look that has read so much ends with what it has. */
    private static final long LOOK_BYTES = 64L << 20;

    /** Rows that are fetched before it is known how wide they are. */
    private static final int FIRST_FETCH = (int) (LOOK_BYTES / InboxSql.ROW_BYTES);

    private static final int WIDEN_BY = 4;

    /**
     * How long the plan of a look may be kept: it may have been made when the table was empty. Those who look often
     * save what it takes to make one.
     */
    private static final long A_PLAN_STANDS_FOR = TimeUnit.SECONDS.toNanos(10);

    /** How deep a row's JSON may be nested: parsers of scripts, Python's for one, end before 1,000. */
    private static final int DEEPEST = 500;

    /** Shows no transaction at all: where nothing was found to claim, or nothing was read. */
    static final String EMPTY_SNAPSHOT = "1:1:";

    private final Database database;
    private final Supplier<Set<Long>> runtimeIds;

    /**
     * Task types in whose inboxes there were rows when they were looked into last. Of the others nobody needs to be
     * told which rows may be claimed, and what asks that is the greater part of what is sent for an idle task type.
     */
    private final Set<Long> withRows = ConcurrentHashMap.newKeySet();

    /** For readings of people, not of a runtime. */
    public JdbcInboxes(Database database) {
        this(database, Set::of);
    }

    /**
     * @param runtimeIds the runtimes for which what is found may be claimed: a subject that a runtime may only hold
     *     alone is hidden while each of them holds such a one. One too many costs claims that are refused; one too few,
     *     or none that will ever claim, costs no more than a wait
     */
    public JdbcInboxes(Database database, Supplier<Set<Long>> runtimeIds) {
        this.database = database;
        this.runtimeIds = runtimeIds;
    }

    private InboxSql sql(TaskType taskType, InboxShape shape) {
        return new InboxSql(database, taskType, shape, runtimeIds.get());
    }

    @Override
    public InboxShape examine(TaskType taskType) throws InboxFault {
        return asked(taskType, connection -> new InboxExaminer(connection, taskType).examine());
    }

    @Override
    public Found find(TaskType taskType, InboxShape shape, int wanted, Set<String> only) throws InboxFault {
        if (wanted < 1) {
            throw new IllegalArgumentException("at least one subject must be wanted, not " + wanted);
        }
        InboxSql sql = sql(taskType, shape);
        Reading reading = asked(taskType, connection -> {
            if (!shape.takesBatchSize() || !only.isEmpty()) {
                return new Reading(shape, wanted).read(connection, sql, only, InboxSql.UNBOUNDED);
            }
            return widening(connection, sql, shape, wanted);
        });
        keepWhether(reading.passed > 0, taskType);
        if (reading.allUnusable()) {
            throw WorkQuery.fault(
                    taskType,
                    "returned no usable subject id: column '" + shape.idColumn() + "' of type " + shape.idType()
                            + " is NULL, empty or longer than " + InboxSql.ID_BYTES + " bytes in all " + reading.passed
                            + " rows looked at; name the id subject_id or put it first");
        }
        return reading.found();
    }

    @Override
    public Map<Long, Found> emptyAmong(List<Look> looks) {
        List<String> anything = new ArrayList<>();
        List<@Nullable String> statements = new ArrayList<>();
        for (Look look : looks) {
            InboxSql sql = sql(look.taskType(), look.shape());
            anything.add(sql.anything(look.only()));
            statements.add(withRows.contains(look.taskType().id()) ? sql.inVain(look.only()) : null);
        }
        Map<Long, Found> empty = new HashMap<>();
        try {
            database.reading(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(
                        database.inSchema("SELECT look, passed, unusable FROM turing.looks_in_vain(?, ?)"))) {
                    statement.setArray(1, connection.createArrayOf("text", anything.toArray()));
                    statement.setArray(2, connection.createArrayOf("text", statements.toArray()));
                    try (ResultSet row = statement.executeQuery()) {
                        while (row.next()) {
                            Look look = looks.get(row.getInt(1) - 1);
                            long passed = row.getLong(2);
                            int unusable = row.getInt(3);
                            keepWhether(passed > 0, look.taskType());
                            if (passed == 0 || unusable < passed) {
                                empty.put(look.taskType().id(), nothing(look.shape(), passed, unusable));
                            }
                        }
                    }
                }
                return null;
            });
        } catch (SQLException e) {
            log.debug("{} inboxes can't be looked into together: {}", looks.size(), SqlFaults.message(e));
            return Map.of();
        }
        return empty;
    }

    private void keepWhether(boolean rows, TaskType taskType) {
        if (rows) {
            withRows.add(taskType.id());
        } else {
            withRows.remove(taskType.id());
        }
    }

    private static Found nothing(InboxShape shape, long passed, int unusable) {
        boolean limitHides = passed > 0 && limitReached(shape, passed);
        return new Found(List.of(), EMPTY_SNAPSHOT, false, limitHides, passed, unusable);
    }

    /** Whether a literal LIMIT of the query may hide rows behind so many. */
    private static boolean limitReached(InboxShape shape, long passed) {
        if (!shape.literalLimit()) {
            return false;
        }
        Integer limit = WorkQuery.literalLimit(shape.query());
        return limit == null || passed >= limit;
    }

    @Override
    public Candidate named(TaskType taskType, InboxShape shape, String subjectId) throws InboxFault {
        DeclaredInbox declared = taskType.declaredInbox();
        return asked(taskType, connection -> {
            String query = taskType.workQuery() == null && declared != null
                    ? SubjectTable.resolve(connection, taskType, declared).query()
                    : shape.query();
            String sql = sql(taskType, shape).row(query, subjectId);
            try (Statement statement = Sql.verbatim(connection);
                    ResultSet row = statement.executeQuery(sql)) {
                return row.next()
                        ? candidate(taskType, shape, subjectId, row.getString(1), row.getString(2), row.getInt(3))
                        : new Candidate(new Subject(shape.subjectType(), subjectId), "{}");
            }
        });
    }

    @Override
    public Set<String> present(TaskType taskType, InboxShape shape, Collection<String> ids) throws InboxFault {
        if (ids.isEmpty()) {
            return Set.of();
        }
        String sql = sql(taskType, shape).present(ids);
        return asked(taskType, connection -> {
            Set<String> present = new HashSet<>();
            try (Statement statement = Sql.verbatim(connection);
                    ResultSet row = statement.executeQuery(sql)) {
                while (row.next()) {
                    present.add(row.getString(1));
                }
            }
            return present;
        });
    }

    @Override
    public long count(TaskType taskType, InboxShape shape, int atMost) throws InboxFault {
        String sql = sql(taskType, shape).count(atMost);
        return asked(taskType, connection -> {
            try (Statement statement = Sql.verbatim(connection);
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /**
     * What a row stands for.
     *
     * @param type its own subject kind, or null
     * @param bytes how long its fields are
     * @throws InboxFault if it is more than the ledger or a script can take
     */
    private static Candidate candidate(
            TaskType taskType, InboxShape shape, String id, @Nullable String type, String fields, int bytes)
            throws InboxFault {
        if (bytes > InboxSql.ROW_BYTES) {
            throw WorkQuery.fault(
                    taskType,
                    "returns a row of %.1f MiB for subject '%s', and %d MiB is the most; leave wide columns out, the script can"
                                    .formatted(bytes / (double) (1 << 20), id, InboxSql.ROW_BYTES >> 20)
                            + " read them by the id");
        }
        if (type != null && Sql.bytes(type) > InboxSql.ID_BYTES) {
            throw WorkQuery.fault(
                    taskType,
                    "returns a subject_type of more than " + InboxSql.ID_BYTES + " bytes for subject '" + id
                            + "'; it is the name of a kind of subjects, such as their table's");
        }
        if (JsonText.isDeeperThan(DEEPEST, fields)) {
            throw WorkQuery.fault(
                    taskType,
                    "returns JSON that is nested more than " + DEEPEST + " deep for subject '" + id
                            + "'; leave that column out, or cast it to text");
        }
        return new Candidate(new Subject(type == null ? shape.subjectType() : type, id), fields);
    }

    /** A larger and larger {@code :batch_size}, until something new appears or the inbox ends. */
    private static Reading widening(Connection connection, InboxSql sql, InboxShape shape, int wanted)
            throws SQLException, InboxFault {
        long batchSize = wanted;
        while (true) {
            int bounded = (int) Math.min(batchSize, InboxSql.UNBOUNDED);
            Reading reading = new Reading(shape, wanted).read(connection, sql, Set.of(), bounded);
            reading.boundHides = reading.ended && reading.passed >= bounded;
            if (!reading.candidates.isEmpty() || !reading.boundHides || bounded == InboxSql.UNBOUNDED) {
                return reading;
            }
            batchSize *= WIDEN_BY;
        }
    }

    /** A question that may turn out to be the task type's fault. */
    private interface Question<T> {
        T ask(Connection connection) throws SQLException, InboxFault;
    }

    private <T> T asked(TaskType taskType, Question<T> question) throws InboxFault {
        try {
            Object answer = database.<Object>reading(connection -> {
                try {
                    return question.ask(connection);
                } catch (InboxFault e) {
                    return e;
                }
            });
            if (answer instanceof InboxFault fault) {
                throw fault;
            }
            @SuppressWarnings("unchecked")
            T result = (T) answer;
            return result;
        } catch (SQLException e) {
            if (SqlFaults.isLock(e)) {
                throw SqlFaults.unavailable(e); // somebody has the table, and it is no fault of the query's
            }
            throw WorkQuery.fault(taskType, "failed: " + explained(e));
        }
    }

    private String explained(SQLException e) {
        if (SqlFaults.isTimeout(e)) {
            return "ran longer than " + database.settings().queryTimeout().toMillis() / 1000.0
                    + " s and was ended; give it an index or fewer rows";
        }
        Login reader = database.settings().reader();
        if (reader != null && "42501".equals(e.getSQLState())) {
            return SqlFaults.message(e) + " to '" + reader.user()
                    + "', who runs work_queries: 'turing init --grant' grants what registered task types read";
        }
        int position = SqlFaults.position(e);
        String hint = SqlFaults.hint(e);
        return SqlFaults.message(e)
                + (position > 0 ? " (position " + position + ")" : "")
                + (hint == null ? "" : "; " + hint);
    }

    /** One reading of an inbox, row by row. */
    private static final class Reading {
        private final InboxShape shape;
        private final int wanted;
        private final Map<String, Candidate> candidates = new LinkedHashMap<>();
        private String snapshot = EMPTY_SNAPSHOT;
        private long passed;
        private int unusable;
        private boolean ended = true;
        private boolean boundHides;
        private int widest;
        private long bytes;

        Reading(InboxShape shape, int wanted) {
            this.shape = shape;
            this.wanted = wanted;
        }

        Reading read(Connection connection, InboxSql sql, Set<String> only, int batchSize)
                throws SQLException, InboxFault {
            int most = Math.max(wanted, DEAR_SCAN_FEEDS);
            try (Statement statement = Sql.verbatim(connection)) {
                statement.setFetchSize(reach(FIRST_FETCH));
                try (ResultSet row = statement.executeQuery(sql.find(only, batchSize, most + 3) + ofThisMoment())) {
                    boolean last = true;
                    while (row.next()) {
                        last = row.getBoolean(6);
                        widest = Math.max(widest, Math.min(row.getInt(8), InboxSql.ROW_BYTES));
                        row.setFetchSize(reach(LOOK_BYTES / Math.max(1, widest)));
                        if (!take(row, sql.taskType())) {
                            last = false;
                            break;
                        }
                    }
                    ended = last;
                }
            }
            return this;
        }

        /** Makes a statement another one, with a plan of its own, after a while. */
        private static String ofThisMoment() {
            return "\n-- " + System.nanoTime() / A_PLAN_STANDS_FOR;
        }

        /** @return false if there are enough candidates, and this row was left */
        private boolean take(ResultSet row, TaskType taskType) throws SQLException, InboxFault {
            String id = row.getString(1);
            String fields = row.getString(3);
            Candidate found =
                    fields == null ? null : candidate(taskType, shape, id, row.getString(2), fields, row.getInt(8));
            if (found != null && enough()) {
                return false;
            }
            snapshot = row.getString(7);
            passed = row.getLong(4);
            unusable = row.getInt(5);
            if (found != null) {
                bytes += row.getInt(8);
                candidates.putIfAbsent(id, found);
            }
            return true;
        }

        /** A scan that passed over many rows to find these is dear: it goes on for more. */
        private boolean enough() {
            if (bytes >= LOOK_BYTES) {
                return true;
            }
            boolean dear = passed - candidates.size() > Math.max(DEAR_SCAN_FEEDS, 10L * wanted);
            return candidates.size() >= (dear ? Math.max(wanted, DEAR_SCAN_FEEDS) : wanted);
        }

        /** Rows to fetch at once: no more than are wanted, as the rest of a cheap scan is never computed. */
        private int reach(long most) {
            return (int) Math.min(wanted + 2L, Math.max(1, most));
        }

        boolean allUnusable() {
            return ended && passed > 0 && unusable == passed;
        }

        Found found() {
            return new Found(
                    List.copyOf(candidates.values()),
                    snapshot,
                    !ended || boundHides,
                    limitHides(),
                    Math.max(0, passed - candidates.size()),
                    unusable);
        }

        private boolean limitHides() {
            return passed > 0 && candidates.isEmpty() && ended && limitReached(shape, passed);
        }
    }
}
