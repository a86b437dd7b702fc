package org.turing.runtime.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DemoTest {

    @RegisterExtension
    static final OwlDatabase DATABASE = new OwlDatabase();

    private final OwlExample example = new OwlExample(OwlData.read(), OwlDatabase.SCHEMA);
    private final DemoProgress silent = new DemoProgress(
            false, new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), InstantSource.system());

    @Test
    void thePipelineRunsFirstThenEachTaskTypeAloneOverTheSameTerms() throws Exception {
        List<List<String>> runs = new ArrayList<>();
        OwlReport report = demo((taskTypes, listener) -> {
                    runs.add(taskTypes);
                    if (taskTypes.size() > 1) {
                        classifyAll();
                    }
                })
                .run();
        List<List<String>> expected = new ArrayList<>();
        expected.add(OwlExample.taskTypes());
        OwlExample.taskTypes().forEach(taskType -> expected.add(List.of(taskType)));
        assertThat(runs).isEqualTo(expected);
        assertThat(report.classified()).isEqualTo(OwlData.TERMS);
        assertThat(report.sequentialSeconds()).isNotNull();
    }

    @Test
    void aRunThatFailsEndsTheDemoWithItsMessage() throws SQLException, IOException {
        Demo demo = demo((taskTypes, listener) -> {
            throw new IllegalStateException("clara_a is blocked: mistral-nemo:12b has no slots");
        });
        assertThatThrownBy(demo::run).hasMessageContaining("has no slots");
    }

    private Demo demo(PipelineRun pipeline) throws SQLException, IOException {
        try (Connection connection = DATABASE.connect()) {
            example.install(connection);
        }
        return new Demo(example, DATABASE.dataSource(), OwlDatabase.SCHEMA, pipeline, silent);
    }

    private static void classifyAll() throws SQLException {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE public.owl SET status = 'classified'");
        }
    }
}
