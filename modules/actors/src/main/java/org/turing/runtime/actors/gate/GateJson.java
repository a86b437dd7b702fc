package org.turing.runtime.actors.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;
import org.turing.runtime.domain.gate.Offer;
import org.turing.runtime.domain.gate.Waiter;

/**
 * What a gate's events and state are made of, as JSON. Every field's name is spelt out here: what was written once must
 * be read for ever, whatever the records are called by then. A field that comes later gets a default where it is read.
 */
final class GateJson {

    private GateJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode of(Lease lease) {
        ObjectNode json = object().put("id", lease.id())
                .put("holder", lease.holder())
                .put("incarnation", lease.incarnation().toString())
                .put("runtime", lease.runtime())
                .put("since", lease.since().toString())
                .put("quantumEnds", lease.quantumEnds().toString())
                .put("asked", lease.asked())
                .put("quarantined", lease.quarantined())
                .put("priority", lease.priority());
        return lease.gpu() == null ? json : json.put("gpu", lease.gpu());
    }

    static Lease lease(JsonNode json) {
        return new Lease(
                number(json, "id"),
                number(json, "holder"),
                UUID.fromString(text(json, "incarnation")),
                number(json, "runtime"),
                Instant.parse(text(json, "since")),
                Instant.parse(text(json, "quantumEnds")),
                json.path("asked").asBoolean(),
                json.path("quarantined").asBoolean(),
                json.path("priority").asInt(),
                json.path("gpu").textValue());
    }

    static ObjectNode of(Waiter waiter) {
        ObjectNode json = object().put("holder", waiter.holder())
                .put("incarnation", waiter.incarnation().toString())
                .put("wanted", waiter.wanted())
                .put("priority", waiter.priority())
                .put("since", waiter.since().toString());
        ArrayNode runtimes = json.putArray("runtimes");
        new TreeSet<>(waiter.runtimes()).forEach(runtimes::add);
        return json;
    }

    static Waiter waiter(JsonNode json) {
        return new Waiter(
                number(json, "holder"),
                UUID.fromString(text(json, "incarnation")),
                (int) number(json, "wanted"),
                json.path("priority").asInt(),
                Set.copyOf(list(json.path("runtimes"), JsonNode::asLong)),
                Instant.parse(text(json, "since")));
    }

    static ArrayNode ofOffers(List<Offer> offers) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Offer offer : offers) {
            ObjectNode each = json.addObject()
                    .put("runtime", offer.runtime())
                    .put("host", offer.host())
                    .put("slots", offer.slots())
                    .put("loaded", offer.loaded());
            if (!offer.gpus().isEmpty()) {
                ArrayNode gpus = each.putArray("gpus");
                offer.gpus().forEach(gpus::add);
            }
        }
        return json;
    }

    static List<Offer> offers(JsonNode json) {
        return list(
                json,
                each -> new Offer(
                        number(each, "runtime"),
                        text(each, "host"),
                        (int) number(each, "slots"),
                        each.path("loaded").asBoolean(),
                        list(each.path("gpus"), JsonNode::asText)));
    }

    static ObjectNode of(GateState state) {
        ObjectNode json = object().put("model", state.model());
        json.set("offers", ofOffers(state.offers()));
        json.put("quantum", state.quantum().toString())
                .put("paused", state.paused())
                .put("nextLease", state.nextLease());
        ArrayNode leases = json.putArray("leases");
        state.leases().forEach(lease -> leases.add(of(lease)));
        ArrayNode waiting = json.putArray("waiting");
        state.waiting().forEach(waiter -> waiting.add(of(waiter)));
        ObjectNode used = json.putObject("used");
        state.used().forEach((holder, time) -> used.put(holder.toString(), time.toString()));
        return json;
    }

    static GateState state(JsonNode json) {
        Map<Long, Duration> used = new TreeMap<>();
        json.path("used")
                .properties()
                .forEach(entry -> used.put(
                        Long.valueOf(entry.getKey()),
                        Duration.parse(entry.getValue().asText())));
        return new GateState(
                text(json, "model"),
                offers(json.path("offers")),
                duration(json, "quantum"),
                json.path("paused").asBoolean(),
                number(json, "nextLease"),
                list(json.path("leases"), GateJson::lease),
                list(json.path("waiting"), GateJson::waiter),
                used,
                Set.of());
    }

    /** @throws IllegalArgumentException if there is no such field */
    static long number(JsonNode json, String field) {
        return present(json, field).asLong();
    }

    /** @throws IllegalArgumentException if there is no such field */
    static Duration duration(JsonNode json, String field) {
        return Duration.parse(text(json, field));
    }

    private static String text(JsonNode json, String field) {
        return present(json, field).asText();
    }

    private static JsonNode present(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null) {
            throw new IllegalArgumentException("what a gate wrote down has no field '" + field + "': " + json);
        }
        return value;
    }

    private static <T> List<T> list(JsonNode array, Function<JsonNode, T> each) {
        List<T> all = new ArrayList<>();
        array.forEach(element -> all.add(each.apply(element)));
        return all;
    }
}
