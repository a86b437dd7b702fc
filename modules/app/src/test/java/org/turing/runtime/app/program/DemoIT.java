package org.turing.runtime.app.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.turing.runtime.app.program.ChildRuntime.Way;
import org.turing.runtime.embedded.EmbeddedPostgres;

/** {@code turing demo} as users run it, and what its tickets prove. */
class DemoIT {

    /** Pairs of tickets that were worked on at the same moment, by tickets' own times. */
    private static final String TOGETHER = """
            SELECT count(*)
              FROM turing.tickets one
              JOIN turing.tickets other
                ON one.started_at < other.finished_at AND other.started_at < one.finished_at
               AND one.task_type_id < other.task_type_id
             WHERE\s""";

    /** A minute's computing on two processors that nobody else uses. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    @TempDir
    Path folder;

    @Test
    void everyTermComesToAnEndAndOnlyTaskTypesOfDifferentModelsWorkAtTheSameMoment() throws Exception {
        try (ChildRuntime child = new ChildRuntime(Way.JAR, folder)) {
            Process demo = child.start("demo", "--json");
            assertThat(child.exitCode(demo, LIMIT)).as(child::errors).isZero();

            JsonNode report = new JsonMapper().readTree(child.out(0));
            assertThat(report.path("pipeline").asText()).isEqualTo("owl");
            assertThat(report.path("subjects").asInt()).isEqualTo(4144);
            assertThat(report.path("completed").asInt()).isEqualTo(4144);
            assertThat(report.path("failed").asInt()).isZero();
            assertThat(report.path("merged").asInt() + report.path("classified").asInt())
                    .isEqualTo(4144);
            assertThat(report.path("makespan_seconds").asDouble()).isPositive();
            assertThat(report.path("sequential_seconds").asDouble()).isPositive();
            double better = Math.max(
                    report.path("accuracy").path("clara_a").asDouble(),
                    report.path("accuracy").path("clara_b").asDouble());
            assertThat(better).isGreaterThan(0.5);
            assertThat(report.path("accuracy").path("committed").asDouble()).isGreaterThan(better);
        }
        Path database = folder.resolve("data").resolve("demo");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(database, EmbeddedPostgres.Options.defaults())) {
            assertThat(count(server, TOGETHER + "one.task_type_id = 9364 AND other.task_type_id = 9365"))
                    .as("clara_a and clara_b, of different models, work at the same moment")
                    .isPositive();
            assertThat(count(server, TOGETHER + "one.model = other.model"))
                    .as("task types of one model with one slot never do")
                    .isZero();
            assertThat(count(server, "SELECT count(*) FROM turing.tickets WHERE status = 'running'"))
                    .as("no claim is left")
                    .isZero();
            assertThat(count(server, "SELECT count(*) FROM owl WHERE status NOT IN ('merged', 'classified')"))
                    .isZero();
        }
    }

    private static long count(EmbeddedPostgres server, String query) throws Exception {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
