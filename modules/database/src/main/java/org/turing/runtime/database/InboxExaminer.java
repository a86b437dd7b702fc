package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGResultSetMetaData;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;

/** Parses, plans and describes an inbox, in one read-only transaction, without running its query. */
final class InboxExaminer {

    private static final String SUBJECT_ID = "subject_id";
    private static final String SUBJECT_TYPE = "subject_type";

    private final Connection connection;
    private final TaskType taskType;

    InboxExaminer(Connection connection, TaskType taskType) {
        this.connection = connection;
        this.taskType = taskType;
    }

    InboxShape examine() throws SQLException, InboxFault {
        DeclaredInbox declared = taskType.declaredInbox();
        SubjectTable table = null;
        if (declared != null) {
            table = SubjectTable.resolve(connection, taskType, declared);
            table.check(connection, taskType, declared);
        }
        String workQuery = taskType.workQuery();
        String query = workQuery != null ? WorkQuery.single(taskType, workQuery) : made(table, declared);
        QueryPlan plan = explain(query);
        if (plan.changesData()) {
            throw WorkQuery.fault(taskType, "changes data; it must only read");
        }
        if (plan.locksRows()) {
            throw WorkQuery.fault(taskType, "locks rows (FOR UPDATE or the like); it must only read");
        }
        if (plan.locksSession()) {
            throw WorkQuery.fault(
                    taskType,
                    "takes an advisory lock that would outlive it, in a session that others use too; if it must lock,"
                            + " pg_advisory_xact_lock ends with the query");
        }
        Columns columns = describe(query);
        int idAt = idColumn(columns, workQuery == null ? table : null);
        boolean takesBatchSize = WorkQuery.takesBatchSize(query);
        return new InboxShape(
                columns.renamed() ? columns.wrap(query) : query,
                columns.names().get(idAt),
                columns.types().get(idAt),
                kind(table, columns.tables().get(idAt)),
                columns.names().contains(SUBJECT_TYPE),
                relations(plan, table),
                takesBatchSize,
                plan.limited() && !takesBatchSize,
                condition(declared, table, columns.names().get(idAt)));
    }

    /** Where query and status disagree nothing could be claimed, and what waits for a retry would wait for ever. */
    private @Nullable String condition(
            @Nullable DeclaredInbox declared, @Nullable SubjectTable table, String idColumn) {
        return taskType.workQuery() == null || declared == null || table == null
                ? null
                : table.condition(InboxSql.id(idColumn), declared.inboxStatus());
    }

    private String made(@Nullable SubjectTable table, @Nullable DeclaredInbox declared) throws InboxFault {
        if (table == null || declared == null) {
            throw WorkQuery.fault(
                    taskType,
                    "is missing; without it subject_table, subject_key, status_column and "
                            + "inbox_status are all needed");
        }
        return table.query(declared.inboxStatus());
    }

    /** The raw text: it must stand alone, so that nothing in it can reach out of the query around it. */
    private QueryPlan explain(String query) throws SQLException, InboxFault {
        String explain = "EXPLAIN (VERBOSE, FORMAT JSON) ";
        String text = WorkQuery.withBatchSize(query, taskType.batchSize());
        try (Statement statement = Sql.verbatim(connection);
                ResultSet row = statement.executeQuery(explain + text)) {
            row.next();
            return QueryPlan.of(row.getString(1));
        } catch (SQLException e) {
            int position = SqlFaults.position(e) - explain.length();
            if (SqlFaults.isUnavailabilityToQuery(e) || position <= 0) {
                throw e;
            }
            throw WorkQuery.fault(taskType, "failed: " + SqlFaults.message(e) + " (position " + position + ")");
        }
    }

    /** As a subquery only a SELECT (or VALUES, TABLE, WITH … SELECT) parses. */
    private Columns describe(String query) throws SQLException, InboxFault {
        String wrapped = "SELECT * FROM (\n" + WorkQuery.withBatchSize(query, taskType.batchSize())
                + "\n) AS turing_row LIMIT 0";
        try (Statement statement = Sql.verbatim(connection);
                ResultSet nothing = statement.executeQuery(wrapped)) {
            ResultSetMetaData data = nothing.getMetaData();
            PGResultSetMetaData origin = data.unwrap(PGResultSetMetaData.class);
            if (data.getColumnCount() == 0) {
                throw WorkQuery.fault(taskType, "returns no column; the first one must be the subject id");
            }
            List<String> labels = new ArrayList<>();
            List<String> types = new ArrayList<>();
            List<@Nullable Relation> tables = new ArrayList<>();
            for (int column = 1; column <= data.getColumnCount(); column++) {
                labels.add(data.getColumnLabel(column));
                types.add(data.getColumnTypeName(column));
                String table = origin.getBaseTableName(column);
                tables.add(table.isEmpty() ? null : new Relation(origin.getBaseSchemaName(column), table));
            }
            return Columns.of(labels, types, tables);
        }
    }

    private int idColumn(Columns columns, @Nullable SubjectTable madeFrom) throws InboxFault {
        String name = madeFrom == null ? SUBJECT_ID : madeFrom.keyName();
        int at = Math.max(0, columns.names().indexOf(name));
        String type = columns.types().get(at);
        String problem = null;
        if (Set.of("json", "jsonb", "record", "xml").contains(type)) {
            problem = "; name the id subject_id or put it first";
        } else if (TimeZones.matterTo(type)) {
            problem = ", " + TimeZones.WHY;
        }
        if (problem != null) {
            throw WorkQuery.fault(
                    taskType,
                    "returns no usable subject id: column '" + columns.names().get(at) + "' is of type " + type
                            + problem);
        }
        return at;
    }

    private String kind(@Nullable SubjectTable declared, @Nullable Relation idTable) throws SQLException {
        if (declared != null) {
            return declared.kind();
        }
        if (idTable == null) {
            return taskType.name();
        }
        String quoted = Sql.qualified(idTable.schema(), idTable.name());
        try (Statement statement = Sql.verbatim(connection);
                ResultSet row =
                        statement.executeQuery("SELECT CAST(CAST(coalesce(pg_catalog.pg_partition_root(c), c) AS "
                                + "regclass) AS text) FROM (SELECT CAST(" + Sql.literal(quoted)
                                + " AS regclass)) AS t (c)")) {
            row.next();
            return row.getString(1);
        }
    }

    private Set<Relation> relations(QueryPlan plan, @Nullable SubjectTable declared) throws SQLException {
        Set<Relation> relations = roots(plan.relations());
        if (declared != null) {
            relations.add(declared.relation());
        }
        relations.addAll(named(taskType.reads()));
        return relations;
    }

    /** Partitions and inheriting tables stand for the table that people name. */
    private Set<Relation> roots(Collection<Relation> relations) throws SQLException {
        List<String> quoted = relations.stream()
                .map(relation -> Sql.qualified(relation.schema(), relation.name()))
                .toList();
        return relationsOf("""
                WITH RECURSIVE up (oid) AS (
                    SELECT CAST(pg_catalog.to_regclass(name) AS oid) FROM unnest(%s) AS name
                    UNION
                    SELECT i.inhparent FROM up JOIN pg_catalog.pg_inherits i ON i.inhrelid = up.oid
                )
                SELECT n.nspname, c.relname
                  FROM up JOIN pg_catalog.pg_class c ON c.oid = up.oid
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = up.oid)""".formatted(Sql.textArray(quoted)));
    }

    private Set<Relation> named(Collection<String> names) throws SQLException {
        return relationsOf("""
                SELECT n.nspname, c.relname
                  FROM unnest(%s) AS name
                  JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(name)
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace""".formatted(Sql.textArray(names)));
    }

    private Set<Relation> relationsOf(String sql) throws SQLException {
        Set<Relation> relations = new LinkedHashSet<>();
        try (Statement statement = Sql.verbatim(connection);
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                relations.add(new Relation(row.getString(1), row.getString(2)));
            }
        }
        return relations;
    }

    /** The columns of a query; where two have one name the later one is renamed, as a subquery needs. */
    private record Columns(List<String> names, List<String> types, List<@Nullable Relation> tables, boolean renamed) {

        /** PostgreSQL cuts longer names off. */
        private static final int LONGEST_NAME = 63;

        static Columns of(List<String> labels, List<String> types, List<@Nullable Relation> tables) {
            Set<String> taken = new HashSet<>();
            List<String> names = new ArrayList<>();
            for (String label : labels) {
                String name = label;
                for (int n = 2; taken.contains(name) || !name.equals(label) && labels.contains(name); n++) {
                    name = numbered(label, n);
                }
                taken.add(name);
                names.add(name);
            }
            return new Columns(names, types, tables, !names.equals(labels));
        }

        private static String numbered(String label, int number) {
            String end = "_" + number;
            String beginning = label;
            while (Sql.bytes(beginning) + end.length() > LONGEST_NAME) {
                beginning = beginning.substring(0, beginning.offsetByCodePoints(beginning.length(), -1));
            }
            return beginning + end;
        }

        String wrap(String query) {
            List<String> quoted = names.stream().map(Sql::identifier).toList();
            return "SELECT * FROM (\n" + query + "\n) AS turing_renamed (" + String.join(", ", quoted) + ")";
        }
    }
}
