package org.turing.runtime.monitoring.json;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the runtime speaks it: names in snake_case, constants in lower case as SQL has them, times as ISO-8601 in
 * UTC, {@code null} for what is not known (a number that is not finite included, which comes back as NaN).
 *
 * <p>Replies are read leniently, so that a client understands a newer runtime; requests strictly, so that a misspelt
 * field is told rather than ignored.
 */
public final class Json {

    private static final JsonMapper REPLIES = lenient().build();
    private static final JsonMapper REPORTS =
            lenient().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final JsonMapper REQUESTS = strict();

    private Json() {}

    /** One line of JSON; every component of a record appears, null or not. */
    public static String write(Object value) {
        return written(REPLIES, value);
    }

    /** The same, indented for people. */
    public static String writeIndented(Object value) {
        return written(REPORTS, value);
    }

    /**
     * Reads what {@link #write} wrote; fields that this version does not know are passed over, lists that are missing
     * are empty.
     *
     * @throws UnreadableJson if it is not JSON of that shape
     */
    public static <T> T read(String json, Class<T> shape) throws UnreadableJson {
        return read(REPLIES, json, shape);
    }

    /**
     * Reads a request: unknown, repeated and mistyped fields are refused. Text fields take whole numbers too, as ids
     * often are; an empty text stands for {@code {}}.
     *
     * @throws UnreadableJson if it is not JSON of that shape; its message names the field and says what was expected
     */
    public static <T> T readRequest(String json, Class<T> shape) throws UnreadableJson {
        return read(REQUESTS, json.isBlank() ? "{}" : json, shape);
    }

    private static <T> T read(JsonMapper mapper, String json, Class<T> shape) throws UnreadableJson {
        T value;
        try {
            value = mapper.readValue(json, shape);
        } catch (JsonProcessingException e) {
            throw new UnreadableJson(explain(e), e);
        }
        if (value == null) {
            throw new UnreadableJson("it is null, not a JSON object", null);
        }
        return value;
    }

    private static String written(JsonMapper mapper, Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(
                    "a " + value.getClass().getName() + " can't be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonMapper.Builder lenient() {
        return common().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    private static JsonMapper strict() {
        return common().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .withCoercionConfig(
                        LogicalType.Boolean,
                        refused -> refused.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Integer,
                        refused -> refused.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Textual,
                        refused -> refused.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }

    private static JsonMapper.Builder common() {
        JsonMapper.Builder builder = JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .addModule(new FiniteNumbers())
                .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        return builder.withConfigOverride(
                List.class, list -> list.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)));
    }

    private static String explain(JsonProcessingException cause) {
        if (cause instanceof UnrecognizedPropertyException unknown) {
            String known = unknown.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return "unknown field '" + unknown.getPropertyName() + "'. Known fields: " + known;
        }
        if (cause instanceof MismatchedInputException mismatch
                && !mismatch.getPath().isEmpty()) {
            return "field '" + fieldOf(mismatch) + "' is not " + wordFor(mismatch.getTargetType());
        }
        if (cause instanceof MismatchedInputException) {
            return "it is not a JSON object";
        }
        JsonLocation where = cause.getLocation();
        String place = where == null ? "" : " (line " + where.getLineNr() + ", column " + where.getColumnNr() + ")";
        return cause.getOriginalMessage() + place;
    }

    private static String fieldOf(JsonMappingException cause) {
        return cause.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String wordFor(Class<?> type) {
        if (type == null) {
            return "of the expected kind";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == Long.class || type == long.class || type == Integer.class || type == int.class) {
            return "a whole number";
        }
        return type == String.class ? "a text" : "a " + type.getSimpleName();
    }

    /** What was read is not JSON, or not of the shape that was expected. */
    public static final class UnreadableJson extends Exception {
        private UnreadableJson(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
