package org.turing.runtime.actors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.turing.runtime.domain.gate.GateEvent;
import org.turing.runtime.domain.gate.GateState;
import org.turing.runtime.domain.gate.Lease;
import org.turing.runtime.domain.gate.Offer;
import org.turing.runtime.domain.gate.Waiter;

/**
 * What gates have written into journals once and must read for ever. A text here is never changed: whoever needs other
 * fields adds a version with a text of its own.
 */
class GateSerializerTest {

    private static final UUID LIFE = UUID.fromString("7d444840-9dc0-11d1-b245-5ffdce74fad2");
    private static final Instant SINCE = Instant.parse("2026-03-01T12:00:00.123456789Z");
    private static final Instant ENDS = Instant.parse("2026-03-01T12:00:30Z");
    private static final Offer OFFER = new Offer(12, "gpu-1", 2, true, List.of());
    private static final Lease LEASE = new Lease(41, 9389, LIFE, 12, SINCE, ENDS, false, false, -2, null);
    private static final Lease LOST = new Lease(40, 9390, LIFE, 11, SINCE, ENDS, true, true, 0, null);
    private static final Offer WITH_CARDS = new Offer(12, "gpu-1", 2, true, List.of("b", "a"));
    private static final Lease ON_A_CARD = new Lease(41, 9389, LIFE, 12, SINCE, ENDS, false, false, -2, "b");
    private static final Waiter WAITER = new Waiter(9391, LIFE, 3, 5, Set.of(13L, 12L), SINCE);

    private static final String LEASE_TEXT = "{\"id\":41,\"holder\":9389,\"incarnation\":\"7d444840-9dc0-11d1-b245-"
            + "5ffdce74fad2\",\"runtime\":12,\"since\":\"2026-03-01T12:00:00.123456789Z\",\"quantumEnds\":"
            + "\"2026-03-01T12:00:30Z\",\"asked\":false,\"quarantined\":false,\"priority\":-2}";
    private static final String LOST_TEXT = "{\"id\":40,\"holder\":9390,\"incarnation\":\"7d444840-9dc0-11d1-b245-"
            + "5ffdce74fad2\",\"runtime\":11,\"since\":\"2026-03-01T12:00:00.123456789Z\",\"quantumEnds\":"
            + "\"2026-03-01T12:00:30Z\",\"asked\":true,\"quarantined\":true,\"priority\":0}";
    private static final String WAITER_TEXT = "{\"holder\":9391,\"incarnation\":\"7d444840-9dc0-11d1-b245-"
            + "5ffdce74fad2\",\"wanted\":3,\"priority\":5,\"since\":\"2026-03-01T12:00:00.123456789Z\","
            + "\"runtimes\":[12,13]}";
    private static final String OFFER_TEXT = "{\"runtime\":12,\"host\":\"gpu-1\",\"slots\":2,\"loaded\":true}";
    private static final String WITH_CARDS_TEXT =
            "{\"runtime\":12,\"host\":\"gpu-1\",\"slots\":2,\"loaded\":true,\"gpus\":[\"b\",\"a\"]}";
    private static final String ON_A_CARD_TEXT = LEASE_TEXT.replace("}", ",\"gpu\":\"b\"}");

    /** @param manifest the name in the journal */
    record Recorded(Object written, String manifest, String text) {}

    static Stream<Recorded> recorded() {
        GateState state = new GateState(
                "mistral-nemo:12b",
                List.of(OFFER, new Offer(13, "gpu-2", 0, false, List.of())),
                Duration.ofSeconds(30),
                true,
                42,
                List.of(LOST, LEASE),
                List.of(WAITER),
                Map.of(9390L, Duration.ofSeconds(90), 17L, Duration.ofMillis(1500)),
                Set.of());
        GateState withCards = new GateState(
                "qwen",
                List.of(WITH_CARDS),
                Duration.ofSeconds(30),
                false,
                42,
                List.of(ON_A_CARD),
                List.of(),
                Map.of(),
                Set.of());
        return Stream.of(
                new Recorded(new GateEvent.Queued(WAITER), "queued.1", "{\"waiter\":" + WAITER_TEXT + "}"),
                new Recorded(new GateEvent.Withdrawn(9391), "withdrawn.1", "{\"holder\":9391}"),
                new Recorded(new GateEvent.Granted(LEASE), "granted.1", "{\"lease\":" + LEASE_TEXT + "}"),
                new Recorded(new GateEvent.YieldAsked(41), "yield-asked.1", "{\"lease\":41}"),
                new Recorded(
                        new GateEvent.Released(41, 9389, Duration.ofMillis(12_345)),
                        "released.1",
                        "{\"lease\":41,\"holder\":9389,\"held\":\"PT12.345S\"}"),
                new Recorded(new GateEvent.Quarantined(41), "quarantined.1", "{\"lease\":41}"),
                new Recorded(
                        new GateEvent.Configured(List.of(OFFER), Duration.ofSeconds(30)),
                        "configured.1",
                        "{\"offers\":[" + OFFER_TEXT + "],\"quantum\":\"PT30S\"}"),
                new Recorded(new GateEvent.Paused(), "paused.1", "{}"),
                new Recorded(new GateEvent.Resumed(), "resumed.1", "{}"),
                new Recorded(
                        state,
                        "state.1",
                        "{\"model\":\"mistral-nemo:12b\",\"offers\":[" + OFFER_TEXT
                                + ",{\"runtime\":13,\"host\":\"gpu-2\",\"slots\":0,\"loaded\":false}],"
                                + "\"quantum\":\"PT30S\",\"paused\":true,\"nextLease\":42,\"leases\":[" + LOST_TEXT
                                + ","
                                + LEASE_TEXT + "],\"waiting\":[" + WAITER_TEXT
                                + "],\"used\":{\"17\":\"PT1.5S\",\"9390\":\"PT1M30S\"}}"),
                new Recorded(new GateEvent.Granted(ON_A_CARD), "granted.1", "{\"lease\":" + ON_A_CARD_TEXT + "}"),
                new Recorded(
                        new GateEvent.Configured(List.of(WITH_CARDS), Duration.ofSeconds(30)),
                        "configured.1",
                        "{\"offers\":[" + WITH_CARDS_TEXT + "],\"quantum\":\"PT30S\"}"),
                new Recorded(
                        withCards,
                        "state.1",
                        "{\"model\":\"qwen\",\"offers\":[" + WITH_CARDS_TEXT
                                + "],\"quantum\":\"PT30S\",\"paused\":false,\"nextLease\":42,\"leases\":["
                                + ON_A_CARD_TEXT + "],\"waiting\":[],\"used\":{}}"));
    }

    private final GateSerializer serializer = new GateSerializer();

    @ParameterizedTest
    @MethodSource("recorded")
    void what_was_written_once_is_read(Recorded recorded) throws NotSerializableException {
        assertThat(serializer.fromBinary(bytes(recorded.text()), recorded.manifest()))
                .isEqualTo(recorded.written());
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void what_is_written_is_what_was_recorded(Recorded recorded) {
        assertThat(serializer.manifest(recorded.written())).isEqualTo(recorded.manifest());
        assertThat(new String(serializer.toBinary(recorded.written()), StandardCharsets.UTF_8))
                .isEqualTo(recorded.text());
    }

    @Test
    void every_event_is_recorded_here() {
        Set<Class<?>> here =
                recorded().map(recorded -> recorded.written().getClass()).collect(Collectors.toSet());
        assertThat(here).contains(GateEvent.class.getPermittedSubclasses()).contains(GateState.class);
    }

    @Test
    void its_number_stands_beside_every_event_and_never_changes() {
        assertThat(serializer.identifier()).isEqualTo(76_261);
    }

    @Test
    void fields_that_a_later_version_adds_are_passed_over() throws NotSerializableException {
        assertThat(serializer.fromBinary(bytes("{\"holder\":5,\"reason\":\"bored\"}"), "withdrawn.1"))
                .isEqualTo(new GateEvent.Withdrawn(5));
    }

    @Test
    void what_a_later_version_wrote_is_refused_by_its_name() {
        assertThatThrownBy(() -> serializer.fromBinary(bytes("{}"), "granted.2"))
                .isInstanceOf(NotSerializableException.class)
                .hasMessageContaining("'granted.2'");
    }

    @Test
    void a_field_that_is_missing_is_named() {
        assertThatThrownBy(() -> serializer.fromBinary(bytes("{\"lease\":41}"), "released.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'holder'");
    }

    @Test
    void an_actor_system_writes_all_of_it_by_this_serializer() throws NotSerializableException {
        ActorTestKit kit = ActorTestKit.create();
        try {
            for (Recorded recorded : recorded().toList()) {
                assertThat(SerializationExtension.get(kit.system())
                                .serializerFor(recorded.written().getClass()))
                        .isInstanceOf(GateSerializer.class);
            }
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
