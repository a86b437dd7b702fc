package org.turing.runtime.database.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.turing.runtime.database.protocol.Exploration.Counterexample;
import org.turing.runtime.database.protocol.Exploration.Result;
import org.turing.runtime.database.protocol.Protocol.Broken;
import org.turing.runtime.database.protocol.Protocol.Event;
import org.turing.runtime.database.protocol.Protocol.Kind;
import org.turing.runtime.database.protocol.Rules.Rule;

/** Two runtimes, a reaper, a settler and a late writer, in every order of their statements. */
class ProtocolModelTest {

    /** What {@code -Dturing.test.protocol=long} adds takes minutes. */
    private static final String LONG = "turing.test.protocol";

    static Stream<Arguments> protocols() {
        return Stream.of(
                Arguments.of("crashes and restarts", protocol(Kind.DECLARED, 2, 3, 0, 0, Event.CRASHES)),
                Arguments.of("crashes of holding scripts", protocol(Kind.HOLDING, 2, 3, 0, 0, Event.CRASHES)),
                Arguments.of("failures until dead, and retry", protocol(Kind.DECLARED, 3, 2, 0, 1, Event.FAILURES)),
                Arguments.of("a user's hand", protocol(Kind.DECLARED, 2, 2, 1, 0, Event.LOST_REPLIES, Event.CRASHES)),
                Arguments.of("settling", protocol(Kind.SOVEREIGN, 2, 2, 0, 0, Event.SETTLING, Event.FAILURES)),
                Arguments.of("shutdowns", protocol(Kind.SOVEREIGN, 2, 2, 0, 0, Event.SHUTDOWNS)),
                Arguments.of("cancels", protocol(Kind.SOVEREIGN, 2, 2, 0, 1, Event.CANCELS)),
                Arguments.of("giving back", protocol(Kind.DECLARED, 2, 2, 0, 0, Event.GIVING_BACK)));
    }

    static Stream<Arguments> longProtocols() {
        return Stream.of(
                Arguments.of("two subjects", new Protocol(Kind.DECLARED, Set.of(), 2, 2, 1, 2, 2, 0, 0, Set.of())),
                Arguments.of(
                        "everything at a declared inbox",
                        protocol(Kind.DECLARED, 2, 3, 1, 1, Event.FAILURES, Event.CRASHES, Event.SETTLING)),
                Arguments.of(
                        "everything at a sovereign script",
                        protocol(Kind.SOVEREIGN, 2, 2, 1, 0, Event.SHUTDOWNS, Event.SETTLING, Event.CRASHES)),
                Arguments.of("three attempts", protocol(Kind.HOLDING, 3, 3, 0, 0, Event.FAILURES, Event.CRASHES)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("protocols")
    void noOrderOfStepsBreaksARule(String what, Protocol protocol) {
        Result result = Exploration.of(protocol);
        assertThat(result.counterexample())
                .as("%s, %d worlds", what, result.worlds())
                .isNull();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("longProtocols")
    @EnabledIfSystemProperty(named = LONG, matches = "long")
    void noOrderOfStepsBreaksARuleInLargerWorlds(String what, Protocol protocol) {
        noOrderOfStepsBreaksARule(what, protocol);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftOutOfTheProtocolBreaksARule(Broken broken) {
        Counterexample story =
                Exploration.of(whereItShows(broken).without(broken)).counterexample();
        assertThat(story).as("a story that shows %s", broken).isNotNull();
        assertThat(story.rule()).as("%s", story).isEqualTo(rule(broken));
    }

    @ParameterizedTest
    @EnumSource
    void theSameWorldsBreakNoRuleOfTheWholeProtocol(Broken broken) {
        assertThat(Exploration.of(whereItShows(broken)).counterexample()).isNull();
    }

    @Test
    void aStoryIsToldStepByStep() {
        Counterexample story = Exploration.of(whereItShows(Broken.NO_FENCE).without(Broken.NO_FENCE))
                .counterexample();
        assertThat(story).isNotNull();
        assertThat(story.story())
                .containsSubsequence(
                        "runtime 0: starts ticket 1",
                        "the lease of identity 1 lapses",
                        "a reaper rescues",
                        "runtime 1: claims subject 0 with ticket 2",
                        "runtime 0: commits the outcome of ticket 1");
    }

    /** A world small enough for every part of the protocol to be missed in it. */
    private static Protocol whereItShows(Broken broken) {
        return switch (broken) {
            case ATTEMPTS_NOT_COUNTED -> protocol(Kind.DECLARED, 3, 2, 0, 0, Event.FAILURES);
            case HOLD_WITHOUT_A_LOCK -> protocol(Kind.HOLDING, 2, 2, 0, 0);
            case ENDED_WITHOUT_A_TRACE -> protocol(Kind.SOVEREIGN, 2, 2, 0, 0, Event.SHUTDOWNS);
            default -> protocol(Kind.DECLARED, 2, 2, 0, 0, Event.CRASHES);
        };
    }

    private static Rule rule(Broken broken) {
        return switch (broken) {
            case NO_FENCE -> Rule.AN_OUTCOME_COMES_FROM_THE_HOLDER;
            case RESCUE_BY_ELAPSED_TIME -> Rule.A_STANDING_LEASE_KEEPS_ITS_CLAIMS;
            case COMPLETION_IN_TWO_TRANSACTIONS -> Rule.STATUS_AND_TICKET_TOGETHER;
            case NO_SNAPSHOT_CHECK, NO_TAKING_BACK, ENDED_WITHOUT_A_TRACE -> Rule.NO_CLAIM_FROM_A_STALE_READING;
            case NO_UNIQUE_CLAIM -> Rule.ONE_LIVE_CLAIM_PER_SUBJECT;
            case ATTEMPTS_NOT_COUNTED -> Rule.ATTEMPTS_ARE_BOUNDED;
            case HOLD_WITHOUT_A_LOCK -> Rule.ONLY_HOLDERS_WRITE_UNDER_HOLD;
        };
    }

    private static Protocol protocol(
            Kind kind, int tickets, int identities, int userMoves, int retries, Event... events) {
        Set<Event> switchedOn = EnumSet.noneOf(Event.class);
        switchedOn.addAll(Set.of(events));
        return new Protocol(kind, Set.of(), 2, 1, tickets, identities, 2, userMoves, retries, switchedOn);
    }
}
