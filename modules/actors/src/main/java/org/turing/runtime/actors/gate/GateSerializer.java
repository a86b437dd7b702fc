package org.turing.runtime.actors.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.Map;
import java.util.function.Function;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.turing.runtime.domain.gate.GateEvent;
import org.turing.runtime.domain.gate.GateState;

/**
 * Writes a gate's events and its state into the journal: JSON under a name and a version that have nothing to do with
 * how classes are called. A new version of an event gets a name of its own; those before it are read for ever.
 */
public final class GateSerializer extends SerializerWithStringManifest {

    /** Stands in the journal beside every event; never changes. */
    private static final int IDENTIFIER = 76_261;

    private static final String STATE = "state.1";

    private static final Map<String, Function<JsonNode, Object>> READERS = Map.of(
            "queued.1",
            json -> new GateEvent.Queued(GateJson.waiter(json.path("waiter"))),
            "withdrawn.1",
            json -> new GateEvent.Withdrawn(GateJson.number(json, "holder")),
            "granted.1",
            json -> new GateEvent.Granted(GateJson.lease(json.path("lease"))),
            "yield-asked.1",
            json -> new GateEvent.YieldAsked(GateJson.number(json, "lease")),
            "released.1",
            json -> new GateEvent.Released(
                    GateJson.number(json, "lease"), GateJson.number(json, "holder"), GateJson.duration(json, "held")),
            "quarantined.1",
            json -> new GateEvent.Quarantined(GateJson.number(json, "lease")),
            "configured.1",
            json -> new GateEvent.Configured(GateJson.offers(json.path("offers")), GateJson.duration(json, "quantum")),
            "paused.1",
            json -> new GateEvent.Paused(),
            "resumed.1",
            json -> new GateEvent.Resumed(),
            STATE,
            GateJson::state);

    private record Written(String manifest, ObjectNode json) {}

    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object written) {
        return write(written).manifest();
    }

    @Override
    public byte[] toBinary(Object written) {
        try {
            return mapper.writeValueAsBytes(write(written).json());
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException("can't be written as JSON: " + written, failure);
        }
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        Function<JsonNode, Object> reader = READERS.get(manifest);
        if (reader == null) {
            throw new NotSerializableException("a gate's journal has '" + manifest
                    + "', which this version does not know; it was written by a later one");
        }
        try {
            return reader.apply(mapper.readTree(bytes));
        } catch (IOException failure) {
            throw new IllegalArgumentException("a gate's journal has a '" + manifest + "' that is no JSON", failure);
        }
    }

    private static Written write(Object written) {
        ObjectNode json = GateJson.object();
        if (written instanceof GateState state) {
            return new Written(STATE, GateJson.of(state));
        } else if (written instanceof GateEvent.Queued queued) {
            return new Written("queued.1", json.set("waiter", GateJson.of(queued.waiter())));
        } else if (written instanceof GateEvent.Withdrawn withdrawn) {
            return new Written("withdrawn.1", json.put("holder", withdrawn.holder()));
        } else if (written instanceof GateEvent.Granted granted) {
            return new Written("granted.1", json.set("lease", GateJson.of(granted.lease())));
        } else if (written instanceof GateEvent.YieldAsked asked) {
            return new Written("yield-asked.1", json.put("lease", asked.leaseId()));
        } else if (written instanceof GateEvent.Released released) {
            return new Written(
                    "released.1",
                    json.put("lease", released.leaseId())
                            .put("holder", released.holder())
                            .put("held", released.held().toString()));
        } else if (written instanceof GateEvent.Quarantined quarantined) {
            return new Written("quarantined.1", json.put("lease", quarantined.leaseId()));
        } else if (written instanceof GateEvent.Configured configured) {
            json.set("offers", GateJson.ofOffers(configured.offers()));
            return new Written(
                    "configured.1", json.put("quantum", configured.quantum().toString()));
        } else if (written instanceof GateEvent.Paused) {
            return new Written("paused.1", json);
        } else if (written instanceof GateEvent.Resumed) {
            return new Written("resumed.1", json);
        }
        throw new IllegalArgumentException("not a gate's: " + written.getClass().getName());
    }
}
