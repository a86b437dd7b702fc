package org.turing.runtime.app.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.app.report.TextTable;

/**
 * Which node did what, from the tickets of the terms that are in the example's tables now.
 *
 * @param nodes the nodes, in order
 * @param taskTypes what they completed, in the order of the pipeline
 * @param models where scripts with a model ran
 */
public record NodeShares(List<String> nodes, List<TaskTypeShare> taskTypes, List<ModelShare> models) {

    public NodeShares {
        nodes = List.copyOf(nodes);
        taskTypes = List.copyOf(taskTypes);
        models = List.copyOf(models);
    }

    /**
     * @param taskType its name
     * @param model the model that it needs, or null
     * @param tickets completed, by node; every node is there
     */
    public record TaskTypeShare(String taskType, @Nullable String model, Map<String, Long> tickets) {}

    /**
     * @param model the model
     * @param slots how many subjects a node serves at a time with it
     * @param busySeconds how long at least one script with it ran, by node; every node is there
     */
    public record ModelShare(String model, int slots, Map<String, Double> busySeconds) {}

    private static final String TICKETS = """
            WITH run AS (
                SELECT type.task_type_name, type.requires_model, ticket.*
                  FROM {schema}.tickets ticket
                  JOIN {schema}.task_types type USING (task_type_id)
                 WHERE type.pipeline = 'owl'
                   AND ticket.subject_id IN (SELECT owl_id::text FROM public.owl)
            )
            """;

    private static final String BY_TASK_TYPE = TICKETS + """
            SELECT task_type_name, requires_model, coalesce(host, ''), count(*)
              FROM run
             WHERE status = 'completed'
             GROUP BY task_type_name, requires_model, host
            """;

    private static final String BY_MODEL = TICKETS + """
            , busy AS (
                SELECT requires_model, host, range_agg(tstzrange(started_at, finished_at)) AS spans
                  FROM run
                 WHERE finished_at > started_at AND requires_model IS NOT NULL
                 GROUP BY requires_model, host
            )
            SELECT busy.requires_model, coalesce(model.slots, 1), coalesce(busy.host, ''),
                   sum(extract(epoch FROM upper(span) - lower(span)))
              FROM busy LEFT JOIN {schema}.models model ON model.model_name = busy.requires_model,
                   unnest(busy.spans) AS span
             GROUP BY busy.requires_model, model.slots, busy.host
             ORDER BY busy.requires_model
            """;

    /**
     * @param schema the runtime's schema
     * @param nodes the names of the nodes that there are, in order
     */
    public static NodeShares read(Connection connection, String schema, List<String> nodes) throws SQLException {
        Map<String, TaskTypeShare> taskTypes = new LinkedHashMap<>();
        OwlExample.taskTypes().forEach(name -> taskTypes.put(name, new TaskTypeShare(name, null, zeroes(nodes, 0L))));
        Map<String, ModelShare> models = new LinkedHashMap<>();
        String quoted;
        try (Statement statement = connection.createStatement()) {
            quoted = statement.enquoteIdentifier(schema, true);
        }
        try (PreparedStatement statement = connection.prepareStatement(BY_TASK_TYPE.replace("{schema}", quoted));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = row.getString(1);
                Map<String, Long> tickets =
                        taskTypes.containsKey(name) ? taskTypes.get(name).tickets() : zeroes(nodes, 0L);
                tickets.merge(row.getString(3), row.getLong(4), Long::sum);
                taskTypes.put(name, new TaskTypeShare(name, row.getString(2), tickets));
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(BY_MODEL.replace("{schema}", quoted));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ModelShare share = models.get(row.getString(1));
                if (share == null) {
                    share = new ModelShare(row.getString(1), row.getInt(2), zeroes(nodes, 0.0));
                    models.put(share.model(), share);
                }
                share.busySeconds().merge(row.getString(3), Math.round(1000 * row.getDouble(4)) / 1000.0, Double::sum);
            }
        }
        return new NodeShares(nodes, List.copyOf(taskTypes.values()), List.copyOf(models.values()));
    }

    private static <T> Map<String, T> zeroes(List<String> nodes, T zero) {
        Map<String, T> zeroes = new LinkedHashMap<>();
        nodes.forEach(node -> zeroes.put(node, zero));
        return zeroes;
    }

    /** For people, in two aligned tables. */
    public String toText() {
        List<String> lines = new ArrayList<>();
        lines.add("Who did what: tickets completed");
        TextTable done = table("task type");
        for (TaskTypeShare share : taskTypes) {
            done.row(row(share.taskType(), share.tickets(), tickets -> String.format(Locale.ROOT, "%,d", tickets)));
        }
        lines.addAll(done.lines());
        if (!models.isEmpty()) {
            lines.add("");
            lines.add("Where the models' slots were used: seconds in which scripts ran");
            TextTable busy = table("model");
            for (ModelShare share : models) {
                String name = share.model() + " (" + share.slots() + (share.slots() == 1 ? " slot)" : " slots)");
                busy.row(row(name, share.busySeconds(), seconds -> String.format(Locale.ROOT, "%.1f", seconds)));
            }
            lines.addAll(busy.lines());
        }
        return String.join(System.lineSeparator(), lines);
    }

    private TextTable table(String first) {
        List<String> headings = new ArrayList<>(List.of(first));
        headings.addAll(nodes);
        TextTable table = TextTable.of(headings.toArray(String[]::new));
        for (int column = 1; column <= nodes.size(); column++) {
            table.numbers(column);
        }
        return table;
    }

    private <T> Object[] row(String name, Map<String, T> values, Function<T, String> shown) {
        List<Object> row = new ArrayList<>(List.of(name));
        nodes.forEach(node -> row.add(shown.apply(values.get(node))));
        return row.toArray();
    }
}
