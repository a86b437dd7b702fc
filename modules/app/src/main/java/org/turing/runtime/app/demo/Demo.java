package org.turing.runtime.app.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.turing.runtime.app.demo.OwlReport.TaskTypeFigures;

/**
 * Runs the OWL example twice over the same terms: as a pipeline, then one task type after the other, as its predecessor
 * did, and reports on the first run with the time that the second took.
 */
public final class Demo {

    private final OwlExample example;
    private final DataSource database;
    private final String schema;
    private final PipelineRun pipeline;
    private final DemoProgress progress;

    /**
     * @param example unpacked where the runtime looks for scripts, and installed in the database
     * @param database where it is installed
     * @param schema the runtime's schema
     * @param pipeline runs task types; between two runs it claims nothing, since the tables are emptied then
     * @param progress shows how far they are
     */
    public Demo(OwlExample example, DataSource database, String schema, PipelineRun pipeline, DemoProgress progress) {
        this.example = example;
        this.database = database;
        this.schema = schema;
        this.pipeline = pipeline;
        this.progress = progress;
    }

    /**
     * Runs both and leaves the second run's rows in the tables.
     *
     * @throws Exception what the pipeline's run threw, or a database error
     */
    public OwlReport run() throws Exception {
        OwlReport report = run("The pipeline", OwlExample.taskTypes());
        try (Connection connection = database.getConnection()) {
            example.reset(connection);
        }
        OwlReport stages = report;
        for (String taskType : OwlExample.taskTypes()) {
            stages = run("One by one", List.of(taskType));
        }
        return report.withSequentialSeconds(sequentialSeconds(stages));
    }

    /**
     * Runs it once, as a pipeline.
     *
     * @throws Exception what the pipeline's run threw, or a database error
     */
    public OwlReport pipelineOnly() throws Exception {
        return run("The pipeline", OwlExample.taskTypes());
    }

    private OwlReport run(String title, List<String> taskTypes) throws Exception {
        try (DemoProgress.Display display = progress.display(title, taskTypes)) {
            pipeline.untilNothingIsLeft(taskTypes, display);
            OwlReport report = read();
            display.finished(report.taskTypes());
            return report;
        }
    }

    private OwlReport read() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return OwlReport.read(connection, schema);
        }
    }

    /**
     * What each took from its first claim to its last outcome: the pauses between the stages are not held against it.
     */
    static double sequentialSeconds(OwlReport stages) {
        double sum = stages.taskTypes().stream()
                .mapToDouble(TaskTypeFigures::spanSeconds)
                .sum();
        return Math.round(1000 * sum) / 1000.0;
    }
}
