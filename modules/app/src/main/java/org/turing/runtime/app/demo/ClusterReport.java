package org.turing.runtime.app.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * What several nodes made of the example.
 *
 * @param owl the report of the example
 * @param shares which node did what
 * @param killed what became of the node that was killed; null if none was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClusterReport(
        @JsonUnwrapped OwlReport owl,
        NodeShares shares,
        @Nullable Casualty killed) {

    /** Whether every term came to its end, each step of it once. */
    public boolean good() {
        return owl.failed() == 0 && (killed == null || killed.survived());
    }

    /** One JSON object, like that of {@link OwlReport} with two keys more. */
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
        String text = owl.toText() + System.lineSeparator() + shares.toText();
        return killed == null ? text : text + System.lineSeparator() + System.lineSeparator() + killed.toText();
    }
}
