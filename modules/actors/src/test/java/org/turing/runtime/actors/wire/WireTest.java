package org.turing.runtime.actors.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.Wire;
import org.turing.runtime.actors.cluster.ClusterConfig;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Chain;
import org.turing.runtime.domain.Claim;
import org.turing.runtime.domain.DeclaredInbox;
import org.turing.runtime.domain.Environment;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.Rerun;
import org.turing.runtime.domain.StatusChange;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;
import org.turing.runtime.ports.TicketLedger.Verdict;
import org.turing.runtime.ports.view.RuntimeControl.Target;

/** What messages are made of travels whole, and as it did when it was first recorded. */
class WireTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

    /** Everything that may be a part of a message. */
    private record Parts(
            TaskType taskType,
            List<Claim> claims,
            Set<Candidate> candidates,
            List<Outcome> outcomes,
            List<Verdict> verdicts,
            List<Target> targets,
            @Nullable StatusChange change,
            Map<Long, String> byNumber,
            @Nullable Integer missing,
            Instant at,
            Duration pause)
            implements Wire {}

    private record Asked(String what, ActorRef<Parts> replyTo) implements Wire {}

    private record Unmarked(String what) {}

    private static ActorTestKit kit;
    private static RoundTrip wire;

    @BeforeAll
    static void open() {
        kit = ActorTestKit.create("wire", ClusterConfig.over(ConfigFactory.load(), ClusterSettings.OF_ONE));
        wire = RoundTrip.through(kit.system());
    }

    @AfterAll
    static void close() {
        kit.shutdownTestKit();
    }

    @Test
    void whatMessagesAreMadeOfArrivesAsItWasSentAndAsItWasRecorded() {
        wire.recorded("parts", parts());
    }

    @Test
    void anActorThatIsToAnswerIsFoundAgain() {
        ActorRef<Parts> replyTo = kit.<Parts>createTestProbe().ref();
        wire.check(new Asked("parts", replyTo));
    }

    @Test
    void whatIsNotMarkedDoesNotTravel() {
        assertThatThrownBy(() -> wire.send(new Unmarked("secret")))
                .hasMessageContaining("No configured serialization-bindings");
    }

    @Test
    void everyVariantOfASealedTypeHasANameOfItsOwn() {
        WireModule.NAMES.forEach((type, variants) -> {
            assertThat(variants.values())
                    .containsExactlyInAnyOrderElementsOf(Arrays.asList(type.getPermittedSubclasses()));
            assertThat(variants.keySet()).allMatch(name -> name.matches("[a-z]+(-[a-z]+)*"));
        });
    }

    @Test
    void everyMessageOfTheRuntimeHasRecordedBytes() throws Exception {
        Set<String> recorded = new HashSet<>();
        try (Stream<Path> files = Files.list(RoundTrip.FOLDER)) {
            for (Path file : files.toList()) {
                recorded.add(RoundTrip.read(file).manifest().replaceFirst("#.*", ""));
            }
        }
        assertThat(messages())
                .map(Class::getName)
                .allSatisfy(name -> assertThat(recorded).contains(name));
    }

    /** All classes of this module that may be sent. */
    private static List<Class<?>> messages() throws IOException, URISyntaxException {
        Path classes = Path.of(
                Wire.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                    .<Class<?>>map(name -> load(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.')))
                    .filter(type -> Wire.class.isAssignableFrom(type)
                            && !type.isInterface()
                            && !Modifier.isAbstract(type.getModifiers()))
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, WireTest.class.getClassLoader());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Parts parts() {
        Subject subject = new Subject("owl_pending", "1234\u00e4\u4e2d");
        UUID chain = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
        return new Parts(
                new TaskType(
                        9389,
                        "alma",
                        "decides",
                        "owl",
                        true,
                        "SELECT 1",
                        new DeclaredInbox("owl", "id", "status", "new", List.of("done", "merged")),
                        "actors/alma.py",
                        "mistral-nemo:12b",
                        List.of("owl"),
                        List.of(),
                        ExecutionType.THICK,
                        null,
                        20,
                        4,
                        7,
                        Duration.ofMillis(1500),
                        null,
                        3,
                        Duration.ofMinutes(1),
                        Rerun.ONCE,
                        null),
                List.of(
                        new Claim(71, 71, 9389, subject, 2, new Chain(chain, 3), "mistral-nemo:12b", 12, "{\"id\": 1}"),
                        new Claim(Long.MAX_VALUE, -1, 0, subject, 1, new Chain(chain, 0), null, 0, "{}")),
                Set.of(new Candidate(subject, "{}")),
                List.of(
                        new Outcome.Succeeded("done", "{\"a\": [1]}"),
                        new Outcome.Succeeded(null, null),
                        new Outcome.Skipped("OVERSIZED", null),
                        new Outcome.Failed("empty response", true, null),
                        new Outcome.TimedOut("after 5 s"),
                        new Outcome.Unrunnable(Environment.MODEL, "refused"),
                        new Outcome.Cancelled("by hand", true)),
                List.of(
                        new Verdict.Written(
                                71,
                                TicketStatus.COMPLETED,
                                null,
                                NOON,
                                new StatusChange(new Relation("public", "owl"), "done")),
                        new Verdict.Delayed(72, "locked", true),
                        new Verdict.Stale(73)),
                List.of(new Target.All(), new Target.OneTaskType("alma"), new Target.OneModel("qwen")),
                null,
                Map.of(1L, "one"),
                null,
                NOON,
                Duration.ofNanos(1_500_000_001));
    }
}
