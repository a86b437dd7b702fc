package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes.Found;

/**
 * Every type that this server knows, in every place of a work_query's row: as the subject id, as its kind, as a field.
 * Either each value becomes what PostgreSQL itself makes of it and goes through the ledger unharmed, or one fault says
 * what is wrong. Another seed: {@code -Dturing.fuzz.seed=…}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryTypeTest {

    private static final long SEED = Long.getLong("turing.fuzz.seed", 1);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private TestDatabase test;
    private Connection session;
    private TaskType registered;

    /** What PostgreSQL makes of the rows of one case, by their number. */
    private record Expected(Map<Long, String> ids, Map<Long, JsonNode> fields) {}

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
        test.sql("CREATE TYPE mood AS ENUM ('sad', 'so so', 'ä')");
        test.sql("CREATE DOMAIN feathers AS integer CHECK (VALUE >= 0)");
        test.sql("CREATE DOMAIN song AS text");
        test.sql("CREATE TYPE nest AS (height numeric, eggs mood[])");
        test.sql("CREATE DOMAIN brood AS nest");
        test.sql("CREATE TYPE moods AS RANGE (subtype = mood)");
        registered = test.registerQuery("every_type", "SELECT 1");
        session = test.connection();
    }

    @AfterAll
    void close() throws Exception {
        session.close();
        test.close();
    }

    /** Rows of tables are composites like any other: those of the catalogues are left out, and one of them is taken. */
    private List<String> types() throws SQLException {
        return test.values("""
                SELECT format('%I.%I', nspname, t.typname)
                  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                  LEFT JOIN pg_type element ON element.oid = t.typelem AND t.typcategory = 'A'
                 WHERE nspname IN ('pg_catalog', 'information_schema', 'public')
                   AND (coalesce(element.typrelid, t.typrelid) = 0 OR nspname = 'public' OR t.typname ~ '^_?pg_am$')
                 ORDER BY 1""");
    }

    @Test
    void everyTypeIsAWellDefinedSubjectAndFieldOrOneFaultThatSaysWhatIsWrong() throws Exception {
        List<String> types = types();
        assertThat(types).hasSizeGreaterThan(200);
        TypeValues known = new TypeValues(session, SEED);
        Set<String> withoutValue = new HashSet<>();
        long rows = 0;
        for (String type : types) {
            List<String> values = known.of(type);
            if (values.isEmpty()) {
                withoutValue.add(type.substring(type.indexOf('.') + 1));
            }
            rows += values.size() + 1;
            if (!asIdKindAndField(type, values)) {
                asField(type, values);
            }
        }
        assertThat(withoutValue)
                .as("types that nothing was tried of but NULL: none can be written down")
                .allMatch(type -> type.matches(
                        "\"?any.*|.*_handler|.*trigger|pg_brin_.*|pg_(ddl_command|dependencies|mcv_list|ndistinct|node_tree)"
                                + "|internal|record|gtsvector"));
        assertThat(rows).isGreaterThan(3_000);
    }

    /** Whether it can be an id at all. */
    private boolean asIdKindAndField(String type, List<String> values) throws Exception {
        String query =
                "SELECT CAST(v AS %1$s) AS subject_id, CAST(v AS %1$s) AS subject_type, CAST(v AS %1$s) AS field, n"
                                .formatted(type)
                        + from(values);
        return through(type, query, expected(query));
    }

    private void asField(String type, List<String> values) throws Exception {
        String query = "SELECT n AS subject_id, CAST(v AS %s) AS field, n".formatted(type) + from(values);
        through(type, query, expected(query));
    }

    private static String from(List<String> values) {
        return values.stream()
                        .map(value -> ", (" + Sql.literal(value) + ")")
                        .collect(Collectors.joining())
                        .replaceFirst("^", " FROM (SELECT v, row_number() OVER () FROM (VALUES (NULL)")
                + ") AS vs (v)) AS t (v, n)";
    }

    /** Asked of a plain session; null if that refuses it. */
    private Expected expected(String query) throws SQLException, IOException {
        Map<Long, String> ids = new LinkedHashMap<>();
        Map<Long, JsonNode> fields = new LinkedHashMap<>();
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT n, CAST(subject_id AS text), to_json(field) FROM (" + query + ") AS q")) {
            while (row.next()) {
                ids.put(row.getLong(1), row.getString(2));
                fields.put(row.getLong(1), JSON.readTree(row.getString(3) == null ? "null" : row.getString(3)));
            }
            return new Expected(ids, fields);
        } catch (SQLException refused) {
            return null;
        }
    }

    /** Whether it was no fault. */
    private boolean through(String type, String query, Expected expected) throws Exception {
        run("DELETE FROM turing.memory"); // else the guards take equal ids of other types for a circle
        TaskType taskType = TestDatabase.asking(registered, query);
        List<Claim> claims;
        InboxShape shape;
        try {
            shape = test.inboxes.examine(taskType);
            Found found = test.inboxes.find(taskType, shape, 1_000, Set.of());
            assertThat(expected).as(type + ": a plain session refuses it").isNotNull();
            assertFound(type, found, expected);
            claims = test.runtime.claim(taskType, found);
            assertThat(TestDatabase.claimedIds(claims)).as(type).isEqualTo(TestDatabase.ids(found.candidates()));
        } catch (InboxFault fault) {
            assertTellsWhatIsWrong(type, String.valueOf(fault.getMessage()), expected);
            return false;
        }
        List<String> ids = TestDatabase.claimedIds(claims);
        assertThat(test.runtime.record(taskType, claims, TestDatabase.success()))
                .as(type)
                .allSatisfy(TestDatabase::written);
        assertThat(test.values("SELECT subject_id FROM turing.tickets WHERE status = 'completed'"))
                .containsAll(ids);
        assertThat(test.inboxes.present(taskType, shape, ids)).as(type).containsExactlyInAnyOrderElementsOf(ids);
        for (String id : ids.subList(0, Math.min(2, ids.size()))) {
            assertThat(test.inboxes.named(taskType, shape, id).fields())
                    .as(type)
                    .contains("field");
        }
        run("TRUNCATE turing.ticket_history");
        return true;
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> completed() throws SQLException {
        List<String> ids = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT subject_id FROM turing.tickets WHERE status = 'completed'")) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
        }
        return ids;
    }

    private static void assertFound(String type, Found found, Expected expected) throws IOException {
        Set<String> usable = expected.ids().values().stream()
                .filter(id -> id != null && !id.isEmpty())
                .collect(Collectors.toSet());
        assertThat(TestDatabase.ids(found.candidates())).as(type).containsExactlyInAnyOrderElementsOf(usable);
        for (Candidate candidate : found.candidates()) {
            JsonNode row = JSON.readTree(candidate.fields());
            long number = row.get("n").asLong();
            assertThat(candidate.subject().id())
                    .as(type)
                    .isEqualTo(expected.ids().get(number));
            assertThat(row.get("field")).as(type).isEqualTo(expected.fields().get(number));
        }
    }

    private static void assertTellsWhatIsWrong(String type, String message, Expected expected) {
        assertThat(message)
                .as(type)
                .startsWith("task type 'every_type': work_query ")
                .endsWith(". Fix: UPDATE task_types SET work_query = … WHERE task_type_name = 'every_type'");
        if (expected != null) { // the query works: it is its id that does not
            assertThat(message).as(type).contains("no usable subject id: column 'subject_id' ", " of type ");
        }
    }
}
