package org.turing.runtime.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What came of a benchmark.
 *
 * @param lines tables in Markdown, for people
 * @param figures all of them, for programs
 * @param goals those that should be something
 */
public record Findings(List<String> lines, ObjectNode figures, List<Goal> goals) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** An empty object to put figures into. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** The figures with the goals before them. */
    public ObjectNode json() {
        ObjectNode all = object();
        ArrayNode judged = all.putArray("goals");
        goals.forEach(goal -> goal.writeTo(judged.addObject()));
        all.setAll(figures);
        return all;
    }

    /** An empty array to put figures into. */
    public static ArrayNode array() {
        return JSON.createArrayNode();
    }

    /** A file's worth of text. */
    public static String text(ObjectNode json) throws JsonProcessingException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    }
}
