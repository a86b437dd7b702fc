package org.turing.runtime.scripts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.Outcome;

/** What a script's result line means. */
final class ResultReader {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** Of an error, a status or a reason: people read it, and logs repeat it. */
    private static final int LONGEST_TEXT = 1 << 16;

    private static final int MOST_DIGITS = 131_072;
    private static final int MOST_DECIMALS = 16_383;

    private static final List<String> OWN = List.of("success", "status", "error", "retry", "skip_reason");

    /** What a failure may blame instead of its subject; any other value is a field of the script's own. */
    private static final Map<String, Environment> ENVIRONMENT =
            Map.of("model", Environment.MODEL, "database", Environment.DATABASE, "script", Environment.SCRIPT);

    private static final ObjectWriter WRITER = JSON.writer(new WithoutNul());

    /** A NUL, escaped, is valid JSON that PostgreSQL can't keep. */
    private static final class WithoutNul extends CharacterEscapes {
        private static final long serialVersionUID = 1;

        private final int[] escapes = standardAsciiEscapesForJSON();

        WithoutNul() {
            escapes[0] = ESCAPE_CUSTOM;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return escapes;
        }

        @Override
        public SerializableString getEscapeSequence(int character) {
            return REPLACEMENT;
        }
    }

    private static final Pattern LOOKS_LIKE_RESULT = Pattern.compile("\\s*\\{\\s*\".*}\\s*", Pattern.DOTALL);

    private static final SerializableString REPLACEMENT = new SerializedString("\uFFFD");

    private final ReadingRoom room;

    /** @param room where long lines are read */
    ResultReader(ReadingRoom room) {
        this.room = room;
    }

    /**
     * A line that may be a result: either what it says, or why it says nothing.
     *
     * @param text the line itself, to be closed
     * @param meant whether it was meant as a result, even if it can't be read
     */
    record Line(
            HeldLine text, @Nullable Said said, @Nullable String problem, boolean meant) {}

    /**
     * What an object on a line says.
     *
     * @param ticketId the ticket that it names, or null
     * @param subjectId the subject that it names, or null
     * @param ready whether it is a worker's word that it waits for subjects: {@code {"ready": true}} and nothing else
     * @param unrunnable why a worker can serve nobody, or null
     * @param outcome what it means as a result
     * @param error what it says went wrong, or null
     */
    record Said(
            @Nullable Long ticketId,
            @Nullable String subjectId,
            boolean ready,
            @Nullable String unrunnable,
            Outcome outcome,
            @Nullable String error) {

        /** Whether the script itself says that it failed, and why. */
        boolean ownFailure() {
            return (outcome instanceof Outcome.Failed || outcome instanceof Outcome.Unrunnable) && error != null;
        }
    }

    /**
     * Makes sense of a line. A long one waits until there is memory for it; of its tree nothing is left afterwards.
     *
     * @param labels fields that only tell whose result it is, and are no part of it
     * @throws HostFault if its file can't be read
     */
    Line read(HeldLine line, List<String> labels) {
        if (line.isShort()) {
            return understood(line, labels);
        }
        if (!room.holds(line.cost())) {
            return new Line(line, null, tooCostly(line), true);
        }
        return room.with(line.cost(), () -> understood(line, labels));
    }

    private String tooCostly(HeldLine line) {
        return "its result line of " + line.length() + " bytes may take " + (line.cost() >> 20)
                + " MiB of the runtime's memory to read, and there are " + (room.bytes() >> 20)
                + " MiB for that, half of its heap. Fix: a shorter or simpler result, or a larger heap (-Xmx)";
    }

    private static Line understood(HeldLine line, List<String> labels) {
        try (InputStream text = line.open()) {
            return JSON.readTree(text) instanceof ObjectNode object
                    ? new Line(line, said(object, labels), null, true)
                    : unread(line, "the line is not a JSON object");
        } catch (StreamConstraintsException e) {
            return unread(line, "the result is beyond what is accepted: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            return unread(line, "the line is not valid JSON: " + e.getOriginalMessage());
        } catch (NumberFormatException e) {
            return unread(line, "the line holds a number that is beyond what is accepted: " + e.getMessage());
        } catch (IOException e) {
            return unread(line, "the line is not UTF-8: " + e.getMessage());
        }
    }

    private static Line unread(HeldLine line, String problem) {
        String text = new String(line.edges(), StandardCharsets.UTF_8);
        return new Line(line, null, problem, LOOKS_LIKE_RESULT.matcher(text).matches());
    }

    private static Said said(ObjectNode object, List<String> labels) {
        JsonNode ticketId = object.get("ticket_id");
        JsonNode subjectId = object.get("subject_id");
        JsonNode unrunnable = object.get("unrunnable");
        boolean ready = object.size() == 1 && object.path("ready").booleanValue();
        object.remove(labels);
        return new Said(
                ticketId != null && ticketId.isIntegralNumber() ? ticketId.asLong() : null,
                subjectId == null ? null : subjectId.asText(),
                ready,
                unrunnable == null ? null : unrunnable.asText(),
                outcome(object),
                error(object));
    }

    /** Why a text is no JSON value at all, or null if it is one. */
    static @Nullable String problemOf(byte[] json) {
        try {
            return JSON.readTree(json).isMissingNode() ? "it is empty" : null;
        } catch (IOException | NumberFormatException e) {
            return "it is not valid JSON: " + e.getMessage();
        }
    }

    /** The outcome that a result object stands for. */
    static Outcome outcome(ObjectNode result) {
        if (!isKeepable(result)) {
            String error = "the result holds a number beyond what PostgreSQL can keep. Fix: hand it over as text";
            return new Outcome.Failed(error, true, null);
        }
        JsonNode success = result.path("success");
        if (!success.isMissingNode() && !success.isBoolean()) {
            return new Outcome.Failed(
                    "the result's success is " + bounded(success.toString()) + ", not true or false",
                    true,
                    output(result));
        }
        String skipReason = text(result, "skip_reason");
        if (skipReason != null && !skipReason.isBlank()) {
            return new Outcome.Skipped(skipReason, output(result));
        }
        if (success.asBoolean(true)) {
            return new Outcome.Succeeded(text(result, "status"), output(result));
        }
        String given = error(result);
        String error = given == null ? "the script reported a failure without an error" : given;
        Environment part = ENVIRONMENT.get(result.path("environment").asText());
        return part == null
                ? new Outcome.Failed(error, result.path("retry").asBoolean(true), output(result))
                : new Outcome.Unrunnable(part, error);
    }

    /** PostgreSQL's jsonb holds numbers of 131,072 digits before the point and 16,383 behind it. */
    private static boolean isKeepable(JsonNode value) {
        if (value.isBigDecimal()) {
            BigDecimal number = value.decimalValue();
            return number.scale() <= MOST_DECIMALS && (long) number.precision() - number.scale() <= MOST_DIGITS;
        }
        for (JsonNode part : value) {
            if (!isKeepable(part)) {
                return false;
            }
        }
        return true;
    }

    /** What the script says went wrong, or null if it says nothing. */
    private static @Nullable String error(ObjectNode result) {
        String error = text(result, "error");
        return error == null || error.isBlank() ? null : error;
    }

    private static @Nullable String text(ObjectNode result, String field) {
        JsonNode value = result.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        String text = value.isTextual() ? Text.clean(value.textValue()) : write(value);
        return bounded(text);
    }

    /** A text for people, not longer than the ledger keeps. */
    static String bounded(String text) {
        return text.length() <= LONGEST_TEXT
                ? text
                : Text.clean(text.substring(0, LONGEST_TEXT)) + " ... " + (text.length() - LONGEST_TEXT)
                        + " characters left out";
    }

    /** The field {@code output}, else whatever the object holds beside the result's own fields. */
    private static @Nullable String output(ObjectNode result) {
        JsonNode output = result.get("output");
        if (output == null) {
            ObjectNode rest = result.deepCopy();
            rest.remove(OWN);
            output = rest.isEmpty() ? null : rest;
        }
        return output == null || output.isNull() ? null : write(output);
    }

    private static String write(JsonNode value) {
        StringWriter text = new StringWriter();
        try {
            WRITER.writeValue(text, value);
        } catch (IOException e) {
            throw new UncheckedIOException("a result can't be written as JSON", e);
        }
        return Text.clean(text.toString());
    }
}
