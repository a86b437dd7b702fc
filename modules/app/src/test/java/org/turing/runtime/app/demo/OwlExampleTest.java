package org.turing.runtime.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class OwlExampleTest {

    @RegisterExtension
    static final OwlDatabase DATABASE = new OwlDatabase();

    private final OwlExample example = new OwlExample(OwlData.read(), OwlDatabase.SCHEMA);

    @Test
    void theScriptsThatTheTaskTypesNameAreUnpackedWithTheTrainingTermsAndTheLicence(@TempDir Path folder)
            throws IOException, SQLException {
        Path scripts = folder.resolve("scripts");
        example.unpack(scripts);
        try (Connection connection = DATABASE.connect()) {
            example.install(connection);
            assertThat(texts(connection, "SELECT script_path FROM turing.task_types WHERE pipeline = 'owl'"))
                    .hasSize(7)
                    .allSatisfy(path -> assertThat(scripts.resolve(path)).isRegularFile());
        }
        assertThat(scripts.resolve("core/database.py")).isRegularFile();
        assertThat(scripts.resolve("training.tsv")).isRegularFile();
        assertThat(Files.readString(scripts.resolve("WORDNET-LICENSE"))).contains("Princeton University");
    }

    @Test
    void unpackingAgainReplacesWhatIsThere(@TempDir Path folder) throws IOException {
        example.unpack(folder);
        Path lucy = folder.resolve("actors/owl__validate_U__lucy.py");
        String original = Files.readString(lucy);
        Files.writeString(lucy, "broken");
        example.unpack(folder);
        assertThat(Files.readString(lucy)).isEqualTo(original);
    }

    @Test
    void theSevenTaskTypesHaveTheirIdsAndModels() throws SQLException, IOException {
        try (Connection connection = DATABASE.connect()) {
            example.install(connection);
            assertThat(texts(connection, """
                            SELECT concat_ws(' ', task_type_name, task_type_id, requires_model, execution_type)
                              FROM turing.task_types WHERE pipeline = 'owl'
                            """))
                    .containsExactlyInAnyOrder(
                            "lucy 9388 bulk",
                            "alma 9389 mistral-nemo:12b worker",
                            "carl 9390 thick",
                            "clara_a 9364 mistral-nemo:12b thick",
                            "clara_b 9365 qwen2.5-coder:7b worker",
                            "arbitrator 9397 gemma2 script",
                            "commit 9398 thick");
            assertThat(texts(connection, "SELECT task_type_name FROM turing.task_types WHERE pipeline = 'owl'"))
                    .containsExactlyInAnyOrderElementsOf(OwlExample.taskTypes());
        }
    }

    @Test
    void everyInboxIsAQueryThatPostgresAccepts() throws SQLException, IOException {
        try (Connection connection = DATABASE.connect()) {
            example.install(connection);
            for (String query : texts(
                    connection,
                    "SELECT work_query FROM turing.task_types WHERE pipeline = 'owl' AND work_query IS NOT NULL")) {
                assertThat(texts(connection, "EXPLAIN " + query)).isNotEmpty();
            }
        }
    }

    @Test
    void installingAndResettingStartOverWithNewIds() throws SQLException, IOException {
        try (Connection connection = DATABASE.connect()) {
            example.install(connection);
            long first = number(connection, "SELECT max(owl_id) FROM owl");
            example.install(connection);
            long second = number(connection, "SELECT min(owl_id) FROM owl");
            run(connection, "UPDATE owl SET status = 'classified'");
            example.reset(connection);
            long third = number(connection, "SELECT min(owl_id) FROM owl");

            assertThat(second).isGreaterThan(first);
            assertThat(third).isEqualTo(second + OwlData.TERMS);
            assertThat(number(connection, "SELECT count(*) FROM owl WHERE status = 'pending'"))
                    .isEqualTo(OwlData.TERMS);
            assertThat(number(connection, "SELECT count(*) FROM turing.task_types WHERE pipeline = 'owl'"))
                    .isEqualTo(7);
        }
    }

    @Test
    void theTruthIsLoadedBesideTheTermsInTheirOrder() throws SQLException, IOException {
        OwlData.Term first = OwlData.read().terms().get(0);
        try (Connection connection = DATABASE.connect()) {
            example.install(connection);
            assertThat(texts(connection, "SELECT raw_name FROM owl ORDER BY owl_id LIMIT 1"))
                    .containsExactly(first.rawName());
            assertThat(texts(connection, "SELECT category FROM owl_truth ORDER BY owl_id LIMIT 1"))
                    .containsExactly(first.category());
            assertThat(number(connection, "SELECT count(*) FROM owl_truth WHERE duplicate_of < owl_id"))
                    .isEqualTo(744);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        return Long.parseLong(texts(connection, sql).get(0));
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
