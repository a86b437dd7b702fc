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
                Arguments.of("giving back", protocol(Kind.DECLARED, 2, 2, 0, 0, Event.GIVING_BACK)),
                Arguments.of("skips, and retry", protocol(Kind.SOVEREIGN, 2, 2, 0, 1, Event.SKIPS, Event.SETTLING)),
                Arguments.of("claims for others", protocol(Kind.DECLARED, 2, 3, 0, 0, Event.ELSEWHERE)),
                Arguments.of("holding scripts of others", protocol(Kind.HOLDING, 2, 2, 0, 0, Event.ELSEWHERE)),
                Arguments.of("hands", protocol(Kind.DECLARED, 2, 2, 0, 0, Event.HANDS, Event.CRASHES)),
                Arguments.of(
                        "hands on what is dead or done",
                        protocol(Kind.SOVEREIGN, 3, 1, 0, 0, Event.HANDS, Event.FAILURES, Event.STAYING)
                                .among(1, 1)),
                Arguments.of(
                        "interruptions, and retry",
                        protocol(Kind.DECLARED, 4, 4, 0, 1, Event.GUARDS, Event.CRASHES)
                                .among(1, 1)));
    }

    static Stream<Arguments> longProtocols() {
        return Stream.of(
                Arguments.of("two subjects", new Protocol(Kind.DECLARED, Set.of(), 2, 2, 1, 2, 2, 0, 0, 0, Set.of())),
                Arguments.of(
                        "everything at a declared inbox",
                        protocol(Kind.DECLARED, 2, 3, 1, 1, Event.FAILURES, Event.CRASHES, Event.SETTLING)),
                Arguments.of(
                        "everything at a sovereign script",
                        protocol(Kind.SOVEREIGN, 2, 2, 1, 0, Event.SHUTDOWNS, Event.SETTLING, Event.CRASHES)),
                Arguments.of(
                        "two runtimes and two suspects",
                        protocol(Kind.DECLARED, 1, 2, 0, 0, Event.GUARDS)
                                .among(2, 2)
                                .interrupted(1)),
                Arguments.of(
                        "claims for others that crash",
                        protocol(Kind.DECLARED, 2, 3, 0, 0, Event.ELSEWHERE, Event.CRASHES, Event.FAILURES)),
                Arguments.of(
                        "two suspects for others",
                        protocol(Kind.DECLARED, 1, 2, 0, 0, Event.GUARDS, Event.ELSEWHERE)
                                .among(2, 2)
                                .interrupted(1)),
                Arguments.of("circles", protocol(Kind.DECLARED, 4, 2, 2, 0, Event.GUARDS)),
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

    static Stream<Protocol> whereSomethingShows() {
        return EnumSet.allOf(Broken.class).stream()
                .map(ProtocolModelTest::whereItShows)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("whereSomethingShows")
    void theSameWorldsBreakNoRuleOfTheWholeProtocol(Protocol protocol) {
        assertThat(Exploration.of(protocol).counterexample()).isNull();
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
            case INTERRUPTIONS_NOT_COUNTED ->
                protocol(Kind.DECLARED, 2, 2, 0, 0, Event.GUARDS, Event.CRASHES).interrupted(1);
            case SUSPECTS_TOGETHER ->
                protocol(Kind.DECLARED, 1, 2, 0, 0, Event.GUARDS).among(1, 2).interrupted(1);
            case SET_ASIDE_AFTER_RETRY ->
                protocol(Kind.DECLARED, 1, 2, 0, 1, Event.GUARDS, Event.FAILURES)
                        .interrupted(Protocol.MOST_INTERRUPTIONS);
            case VISITS_NOT_COUNTED ->
                protocol(Kind.DECLARED, 4, 1, 2, 0, Event.GUARDS).among(1, 1);
            case SET_ASIDE_UNSEEN ->
                protocol(Kind.DECLARED, 2, 2, 0, 0, Event.GUARDS, Event.HANDS).interrupted(Protocol.MOST_INTERRUPTIONS);
            case HANDS_TAKE_OVER -> protocol(Kind.DECLARED, 2, 2, 0, 0, Event.HANDS);
            case SKIPPED_IS_FORGOTTEN -> protocol(Kind.SOVEREIGN, 2, 2, 0, 0, Event.SKIPS, Event.SETTLING);
            case SUCCESS_IS_FORGOTTEN -> protocol(Kind.SOVEREIGN, 2, 2, 0, 0, Event.STAYING, Event.SETTLING);
            case LATE_RUNS_ARE_TAKEN -> protocol(Kind.DECLARED, 2, 2, 0, 0, Event.ELSEWHERE);
            case OVERTAKEN_BESIDE_A_CLAIM ->
                protocol(Kind.SOVEREIGN, 3, 1, 2, 0, Event.FAILURES, Event.SETTLING)
                        .among(1, 1);
            default -> protocol(Kind.DECLARED, 2, 2, 0, 0, Event.CRASHES);
        };
    }

    private static Rule rule(Broken broken) {
        return switch (broken) {
            case NO_FENCE -> Rule.AN_OUTCOME_COMES_FROM_THE_HOLDER;
            case RESCUE_BY_ELAPSED_TIME, LATE_RUNS_ARE_TAKEN -> Rule.A_STANDING_LEASE_KEEPS_ITS_CLAIMS;
            case COMPLETION_IN_TWO_TRANSACTIONS -> Rule.STATUS_AND_TICKET_TOGETHER;
            case NO_SNAPSHOT_CHECK, NO_TAKING_BACK, ENDED_WITHOUT_A_TRACE -> Rule.NO_CLAIM_FROM_A_STALE_READING;
            case NO_UNIQUE_CLAIM -> Rule.ONE_LIVE_CLAIM_PER_SUBJECT;
            case ATTEMPTS_NOT_COUNTED -> Rule.ATTEMPTS_ARE_BOUNDED;
            case HOLD_WITHOUT_A_LOCK -> Rule.ONLY_HOLDERS_WRITE_UNDER_HOLD;
            case INTERRUPTIONS_COST_ATTEMPTS -> Rule.INTERRUPTIONS_COST_NO_ATTEMPT;
            case SUSPECTS_TOGETHER -> Rule.ONE_SUSPECT_AT_A_TIME;
            case INTERRUPTIONS_NOT_COUNTED, VISITS_NOT_COUNTED, SET_ASIDE_UNSEEN, SET_ASIDE_AFTER_RETRY ->
                Rule.GUARDS_SET_ASIDE_WHAT_THEY_SHOULD_AND_NOTHING_ELSE;
            case HANDS_TAKE_OVER -> Rule.A_STANDING_LEASE_KEEPS_ITS_CLAIMS;
            case SKIPPED_IS_FORGOTTEN, SUCCESS_IS_FORGOTTEN -> Rule.WHAT_IS_ANSWERED_DOES_NOT_SPIN;
            case OVERTAKEN_BESIDE_A_CLAIM -> Rule.NOTHING_RUNS_BESIDE_AN_OVERTAKING;
        };
    }

    private static Protocol protocol(
            Kind kind, int tickets, int identities, int userMoves, int retries, Event... events) {
        Set<Event> switchedOn = EnumSet.noneOf(Event.class);
        switchedOn.addAll(Set.of(events));
        return new Protocol(kind, Set.of(), 2, 1, tickets, identities, 2, userMoves, retries, 0, switchedOn);
    }
}
