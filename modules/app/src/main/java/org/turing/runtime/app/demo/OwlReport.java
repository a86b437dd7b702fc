package org.turing.runtime.app.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the OWL example, from its own tables and the tickets of its last run. Shares are from 0 to 1,
 * durations as their names say.
 *
 * @param pipeline the pipeline's name
 * @param subjects raw terms
 * @param completed terms that came to an end: merged or classified
 * @param merged terms found to repeat an earlier one
 * @param classified terms whose category was committed
 * @param failed terms that came to no end
 * @param makespanSeconds from the first claim to the last outcome
 * @param sequentialSeconds the same work with one task type after the other: the sum of what each took; null if that
 *     was not run
 * @param accuracy shares of categories that WordNet confirms
 * @param proposals how the proposals came out
 * @param merges how well duplicates were found
 * @param overlap who worked at the same time
 * @param taskTypes figures of each task type, in the order in which they began
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OwlReport(
        String pipeline,
        long subjects,
        long completed,
        long merged,
        long classified,
        long failed,
        double makespanSeconds,
        @Nullable Double sequentialSeconds,
        Accuracy accuracy,
        Proposals proposals,
        Merges merges,
        Overlap overlap,
        List<TaskTypeFigures> taskTypes) {

    public OwlReport {
        taskTypes = List.copyOf(taskTypes);
    }

    /**
     * Each over the terms that the actor decided on; 0 if there were none.
     *
     * @param claraA from the words of the gloss
     * @param claraB from the letters of the name
     * @param arbitrator over the terms that the two disagreed on, the hard ones
     * @param claraAWhereArbitrated what clara_a alone would have reached on those
     * @param committed what was written in the end
     */
    public record Accuracy(
            double claraA,
            double claraB,
            double arbitrator,
            @JsonProperty("clara_a_where_arbitrated") double claraAWhereArbitrated,
            double committed) {}

    /**
     * @param same both named the same category
     * @param gaveWay they named different ones and the less sure one gave way
     * @param disagreed neither gave way: the arbitrator's cases
     */
    public record Proposals(long same, long gaveWay, long disagreed) {}

    /**
     * @param duplicates terms that WordNet says repeat an earlier one
     * @param found those of them that were merged
     * @param wrong terms merged that repeat nothing
     */
    public record Merges(long duplicates, long found, long wrong) {}

    /**
     * @param claraAAndClaraBSeconds how long scripts of both ran at the same time; they need different models
     * @param sameModelSeconds how long scripts of two task types of one model with one slot ran at the same time; 0, or
     *     the gate is broken
     */
    public record Overlap(
            @JsonProperty("clara_a_and_clara_b_seconds") double claraAAndClaraBSeconds, double sameModelSeconds) {}

    /**
     * @param taskType its name
     * @param taskTypeId its id
     * @param executionType how its script is run
     * @param model the model that it needs, or null
     * @param completed tickets completed
     * @param failed attempts failed, dead ones included
     * @param fromSeconds when its first ticket was claimed, after the run's first claim
     * @param toSeconds when its last outcome was recorded
     * @param runningSeconds how long at least one of its scripts ran
     * @param medianMillis the median duration of a run
     */
    public record TaskTypeFigures(
            String taskType,
            long taskTypeId,
            String executionType,
            @Nullable String model,
            long completed,
            long failed,
            double fromSeconds,
            double toSeconds,
            double runningSeconds,
            double medianMillis) {

        /** From its first claim to its last outcome. */
        double spanSeconds() {
            return toSeconds - fromSeconds;
        }
    }

    /**
     * Reads what became of the terms that are in the example's tables now.
     *
     * @param schema the runtime's schema
     */
    public static OwlReport read(Connection connection, String schema) throws SQLException {
        return new OwlFigures(connection, schema).report();
    }

    /** The same report, with the time that the stages took one after the other. */
    public OwlReport withSequentialSeconds(double seconds) {
        return new OwlReport(
                pipeline,
                subjects,
                completed,
                merged,
                classified,
                failed,
                makespanSeconds,
                seconds,
                accuracy,
                proposals,
                merges,
                overlap,
                taskTypes);
    }

    /** One JSON object, names in snake case, figures to a thousandth. */
    public String toJson() {
        JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .build();
        try {
            return mapper.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a record of numbers and names has no JSON", impossible);
        }
    }

    /** For people, in aligned columns. */
    public String toText() {
        return OwlReportText.of(this);
    }
}
