package org.turing.runtime.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts as PostgreSQL can store them: it has no place for NUL characters, and jsonb none for half a surrogate pair. */
final class JsonText {

    private static final String REPLACEMENT = "\uFFFD";
    private static final Pattern SUSPECT = Pattern.compile("\\\\u(0000|[dD][89a-fA-F])|\0");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonText() {}

    /** A plain text, storable. */
    static @Nullable String storable(@Nullable String text) {
        return text == null || text.indexOf('\0') < 0 ? text : text.replace("\0", REPLACEMENT);
    }

    /** A JSON text that jsonb can store; what is no JSON stays as it is, for PostgreSQL to say so. */
    static @Nullable String storableJson(@Nullable String json) {
        if (json == null || !SUSPECT.matcher(json).find()) {
            return json;
        }
        try {
            return JSON.writeValueAsString(cleaned(JSON.readTree(json)));
        } catch (JsonProcessingException e) {
            return storable(json);
        }
    }

    /** Whether valid JSON is nested deeper than so many levels. */
    static boolean isDeeperThan(int levels, String json) {
        int depth = 0;
        boolean inText = false;
        for (int at = 0; at < json.length() && json.length() > 2 * levels; at++) {
            char c = json.charAt(at);
            if (inText && c == '\\') {
                at++; // what it escapes ends no text
            } else if (c == '"') {
                inText = !inText;
            } else if (!inText && (c == '[' || c == '{')) {
                depth++;
            } else if (!inText && (c == ']' || c == '}')) {
                depth--;
            }
            if (depth > levels) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode cleaned(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(cleaned(node.textValue()));
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = JSON.createArrayNode();
            array.forEach(element -> copy.add(cleaned(element)));
            return copy;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = JSON.createObjectNode();
            object.properties().forEach(entry -> copy.set(cleaned(entry.getKey()), cleaned(entry.getValue())));
            return copy;
        }
        return node;
    }

    private static String cleaned(String text) {
        // Encoding replaces half a pair by a question mark.
        return new String(text.replace("\0", REPLACEMENT).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
