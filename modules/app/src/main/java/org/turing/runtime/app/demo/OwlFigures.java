package org.turing.runtime.app.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.turing.runtime.app.demo.OwlReport.Accuracy;
import org.turing.runtime.app.demo.OwlReport.Merges;
import org.turing.runtime.app.demo.OwlReport.Overlap;
import org.turing.runtime.app.demo.OwlReport.Proposals;
import org.turing.runtime.app.demo.OwlReport.TaskTypeFigures;

/**
 * Reads the report's figures: from the example's tables, and from the tickets of the terms that are in them now, so
 * that earlier runs in the same database do not count. Needs PostgreSQL 14 (multiranges).
 */
final class OwlFigures {

    /** Tickets of this run that were handed to a script; {schema} is the runtime's. */
    private static final String TICKETS = """
            WITH run AS (
                SELECT ticket.*, type.task_type_name, type.execution_type, type.requires_model
                  FROM {schema}.tickets ticket
                  JOIN {schema}.task_types type USING (task_type_id)
                 WHERE type.pipeline = 'owl'
                   AND ticket.subject_id IN (SELECT owl_id::text FROM public.owl)
            ), running AS (
                SELECT task_type_name, requires_model, range_agg(tstzrange(started_at, finished_at)) AS spans
                  FROM run
                 WHERE finished_at > started_at
                 GROUP BY task_type_name, requires_model
            )
            """;

    private static final String TERMS = """
            SELECT count(*), count(*) FILTER (WHERE status = 'merged'), count(*) FILTER (WHERE status = 'classified')
              FROM public.owl
            """;

    private static final String ACCURACY = """
            SELECT coalesce(avg((a.category = truth.category)::int), 0),
                   coalesce(avg((b.category = truth.category)::int), 0),
                   coalesce(avg((arbitrated.category = truth.category)::int), 0),
                   coalesce(avg((a.category = truth.category)::int) FILTER (WHERE arbitrated.owl_id IS NOT NULL), 0),
                   coalesce(avg((entity.category = truth.category)::int), 0)
              FROM public.owl_truth truth
              LEFT JOIN public.owl_proposals a ON a.owl_id = truth.owl_id AND a.actor = 'clara_a'
              LEFT JOIN public.owl_proposals b ON b.owl_id = truth.owl_id AND b.actor = 'clara_b'
              LEFT JOIN public.owl_proposals arbitrated
                     ON arbitrated.owl_id = truth.owl_id AND arbitrated.actor = 'arbitrator'
              LEFT JOIN public.owl_entities entity ON entity.owl_id = truth.owl_id
            """;

    private static final String PROPOSALS = """
            SELECT count(*) FILTER (WHERE a.category = b.category),
                   count(*) FILTER (WHERE a.category <> b.category AND verdict.agreed),
                   count(*) FILTER (WHERE NOT verdict.agreed)
              FROM public.owl_verdicts verdict
              JOIN public.owl_proposals a ON a.owl_id = verdict.owl_id AND a.actor = 'clara_a'
              JOIN public.owl_proposals b ON b.owl_id = verdict.owl_id AND b.actor = 'clara_b'
            """;

    private static final String MERGES = """
            SELECT count(*) FILTER (WHERE truth.duplicate_of IS NOT NULL),
                   count(*) FILTER (WHERE truth.duplicate_of IS NOT NULL AND owl.status = 'merged'),
                   count(*) FILTER (WHERE truth.duplicate_of IS NULL AND owl.status = 'merged')
              FROM public.owl JOIN public.owl_truth truth USING (owl_id)
            """;

    private static final String TASK_TYPES = TICKETS + """
            SELECT run.task_type_name, run.task_type_id, run.execution_type, run.requires_model,
                   count(*) FILTER (WHERE run.status = 'completed'),
                   count(*) FILTER (WHERE run.status IN ('failed', 'dead')),
                   extract(epoch FROM min(run.claimed_at) - (SELECT min(claimed_at) FROM run)),
                   extract(epoch FROM max(run.recorded_at) - (SELECT min(claimed_at) FROM run)),
                   coalesce((SELECT sum(extract(epoch FROM upper(span) - lower(span)))
                               FROM running, unnest(running.spans) AS span
                              WHERE running.task_type_name = run.task_type_name), 0),
                   coalesce(1000 * percentile_cont(0.5) WITHIN GROUP (
                                ORDER BY extract(epoch FROM run.finished_at - run.started_at)), 0)
              FROM run
             GROUP BY run.task_type_name, run.task_type_id, run.execution_type, run.requires_model
             ORDER BY min(run.claimed_at), run.task_type_id
            """;

    private static final String OVERLAP = TICKETS + """
            , running_there AS (
                SELECT host, task_type_name, requires_model, range_agg(tstzrange(started_at, finished_at)) AS spans
                  FROM run
                 WHERE finished_at > started_at
                 GROUP BY host, task_type_name, requires_model
            ), together AS (
                SELECT extract(epoch FROM upper(span) - lower(span)) AS seconds
                  FROM running one JOIN running other ON one.task_type_name = 'clara_a' AND other.task_type_name = 'clara_b',
                       unnest(one.spans * other.spans) AS span
            ), exclusive AS (
                SELECT extract(epoch FROM upper(span) - lower(span)) AS seconds
                  FROM running_there one
                  JOIN running_there other ON one.task_type_name < other.task_type_name
                       AND one.requires_model = other.requires_model
                       AND one.host IS NOT DISTINCT FROM other.host -- each has slots of its own
                  LEFT JOIN {schema}.models model ON model.model_name = one.requires_model,
                       unnest(one.spans * other.spans) AS span
                 WHERE coalesce(model.slots, 1) = 1
            )
            SELECT (SELECT coalesce(sum(seconds), 0) FROM together),
                   (SELECT coalesce(sum(seconds), 0) FROM exclusive)
            """;

    private final Connection connection;
    private final String schema;

    /** @param schema the runtime's schema, not quoted */
    OwlFigures(Connection connection, String schema) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            this.schema = statement.enquoteIdentifier(schema, true);
        }
    }

    OwlReport report() throws SQLException {
        List<TaskTypeFigures> taskTypes = taskTypes();
        double[] terms = row(TERMS, 3);
        double[] accuracy = row(ACCURACY, 5);
        double[] proposals = row(PROPOSALS, 3);
        double[] merges = row(MERGES, 3);
        double[] overlap = row(OVERLAP, 2);
        long subjects = (long) terms[0];
        long completed = (long) (terms[1] + terms[2]);
        return new OwlReport(
                OwlExample.PIPELINE,
                subjects,
                completed,
                (long) terms[1],
                (long) terms[2],
                subjects - completed,
                makespan(taskTypes),
                null,
                new Accuracy(
                        rounded(accuracy[0]),
                        rounded(accuracy[1]),
                        rounded(accuracy[2]),
                        rounded(accuracy[3]),
                        rounded(accuracy[4])),
                new Proposals((long) proposals[0], (long) proposals[1], (long) proposals[2]),
                new Merges((long) merges[0], (long) merges[1], (long) merges[2]),
                new Overlap(rounded(overlap[0]), rounded(overlap[1])),
                taskTypes);
    }

    /** Figures of each task type that had tickets, in the order in which they began. */
    private List<TaskTypeFigures> taskTypes() throws SQLException {
        List<TaskTypeFigures> taskTypes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(inSchema(TASK_TYPES));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                taskTypes.add(new TaskTypeFigures(
                        row.getString(1),
                        row.getLong(2),
                        row.getString(3),
                        row.getString(4),
                        row.getLong(5),
                        row.getLong(6),
                        rounded(row.getDouble(7)),
                        rounded(row.getDouble(8)),
                        rounded(row.getDouble(9)),
                        rounded(row.getDouble(10))));
            }
        }
        return taskTypes;
    }

    private static double makespan(List<TaskTypeFigures> taskTypes) {
        return taskTypes.stream().mapToDouble(TaskTypeFigures::toSeconds).max().orElse(0);
    }

    private double[] row(String sql, int columns) throws SQLException {
        double[] values = new double[columns];
        try (PreparedStatement statement = connection.prepareStatement(inSchema(sql));
                ResultSet row = statement.executeQuery()) {
            row.next();
            for (int column = 0; column < columns; column++) {
                values[column] = row.getDouble(column + 1);
            }
        }
        return values;
    }

    private String inSchema(String sql) {
        return sql.replace("{schema}", schema);
    }

    private static double rounded(double value) {
        return Math.round(1000 * value) / 1000.0;
    }
}
