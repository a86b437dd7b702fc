package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Shrinkable;

/** Decisions that forget one rule: the properties must notice each of them. */
class BrokenDecisionsTest {

    private static final int HISTORIES = 300;

    enum Broken implements BiFunction<GateState, GateCommand, List<GateEvent>> {
        FREES_THE_SLOT_OF_A_LOST_HOLDER((state, command) -> each(
                state,
                command,
                event -> event instanceof GateEvent.Quarantined quarantined
                        ? Stream.of(released(state, quarantined.leaseId(), command.now()))
                        : Stream.of(event))),
        DOES_NOT_COUNT_QUARANTINED_LEASES((state, command) -> GateDecisions.decide(
                state.withLeases(state.leases().stream()
                        .filter(lease -> !lease.quarantined() || command instanceof GateCommand.Cleared)
                        .toList()),
                command)),
        LETS_A_LOST_HOLDER_RELEASE((state, command) -> command instanceof GateCommand.Release release
                ? GateDecisions.decide(
                        state,
                        state.lease(release.leaseId())
                                        .filter(Lease::quarantined)
                                        .isPresent()
                                ? new GateCommand.Cleared(release.leaseId(), release.now())
                                : release)
                : GateDecisions.decide(state, command)),
        LETS_A_LOST_HOLDER_WAIT((state, command) -> without(
                state,
                command,
                event -> command instanceof GateCommand.HolderLost && event instanceof GateEvent.Withdrawn)),
        GRANTS_ONE_TOO_MANY((state, command) -> command instanceof GateCommand.Request
                ? GateDecisions.decide(state.withSettings(state.slots() + 1, state.quantum()), command)
                : GateDecisions.decide(state, command)),
        GRANTS_WHILE_PAUSED((state, command) -> command instanceof GateCommand.Request
                ? GateDecisions.decide(state.withPaused(false), command)
                : GateDecisions.decide(state, command)),
        LEAVES_A_FREED_SLOT_FREE((state, command) -> without(
                state, command, event -> command instanceof GateCommand.Release && event instanceof GateEvent.Granted)),
        NEVER_ASKS_TO_YIELD((state, command) -> without(state, command, GateEvent.YieldAsked.class::isInstance)),
        CUTS_A_QUANTUM_SHORT((state, command) ->
                GateDecisions.decide(with(state, lease -> changed(lease, lease.since(), lease.asked())), command)),
        FORGETS_WHOM_IT_ASKED((state, command) ->
                GateDecisions.decide(with(state, lease -> changed(lease, lease.quantumEnds(), false)), command)),
        RELEASES_TWICE((state, command) -> command instanceof GateCommand.Release release
                        && state.lease(release.leaseId()).isEmpty()
                ? List.of(new GateEvent.Released(release.leaseId(), 1, Gate.QUANTUM))
                : GateDecisions.decide(state, command));

        private final BiFunction<GateState, GateCommand, List<GateEvent>> decide;

        Broken(BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
            this.decide = decide;
        }

        @Override
        public List<GateEvent> apply(GateState state, GateCommand command) {
            return decide.apply(state, command);
        }

        private static List<GateEvent> each(
                GateState state, GateCommand command, Function<GateEvent, Stream<GateEvent>> change) {
            return GateDecisions.decide(state, command).stream().flatMap(change).toList();
        }

        private static List<GateEvent> without(GateState state, GateCommand command, Predicate<GateEvent> forgotten) {
            return GateDecisions.decide(state, command).stream()
                    .filter(forgotten.negate())
                    .toList();
        }

        private static GateState with(GateState state, UnaryOperator<Lease> change) {
            return state.withLeases(state.leases().stream().map(change).toList());
        }

        private static Lease changed(Lease lease, Instant quantumEnds, boolean asked) {
            return new Lease(
                    lease.id(),
                    lease.holder(),
                    lease.incarnation(),
                    lease.since(),
                    quantumEnds,
                    asked,
                    lease.quarantined(),
                    lease.priority());
        }

        private static GateEvent released(GateState state, long leaseId, Instant now) {
            Lease lease = state.lease(leaseId).orElseThrow();
            return new GateEvent.Released(leaseId, lease.holder(), lease.heldAt(now));
        }
    }

    @Property
    void a_broken_decision_breaks_a_rule_in_some_history(@ForAll Broken broken) {
        assertThat(histories().filter(history -> breaksARule(history, broken)).findFirst())
                .as("a history that shows it")
                .isPresent();
    }

    @Example
    void the_same_histories_break_no_rule_of_the_decisions_in_use() {
        assertThat(histories().filter(history -> breaksARule(history, GateDecisions::decide)))
                .isEmpty();
    }

    @Example
    void the_same_histories_tell_every_command_and_see_every_event() {
        Set<Class<?>> seen = new HashSet<>();
        histories()
                .forEach(history -> GateRules.follow(history, (state, command) -> {
                    List<GateEvent> events = GateDecisions.decide(state, command);
                    seen.add(command.getClass());
                    events.forEach(event -> seen.add(event.getClass()));
                    return events;
                }));
        assertThat(seen)
                .contains(GateCommand.class.getPermittedSubclasses())
                .contains(GateEvent.class.getPermittedSubclasses());
    }

    @Example
    void granting_by_holder_id_is_noticed_as_unfair() {
        assertThatThrownBy(() -> FairnessTest.follow(BrokenDecisionsTest::lowestIdFirst, 2, 10, 10, 0))
                .isInstanceOf(AssertionError.class);
        FairnessTest.follow(GateDecisions::decide, 2, 10, 10, 0);
    }

    /** Decides as if the waiting holder with the lowest id had a much higher priority than the others. */
    private static List<GateEvent> lowestIdFirst(GateState state, GateCommand command) {
        if (command instanceof GateCommand.Request request) {
            int priority = request.holder() == 1 ? 1000 : 0;
            return GateDecisions.decide(
                    state,
                    new GateCommand.Request(
                            request.holder(), request.incarnation(), request.wanted(), priority, request.now()));
        }
        return GateDecisions.decide(state, command);
    }

    private static boolean breaksARule(List<Step> history, BiFunction<GateState, GateCommand, List<GateEvent>> decide) {
        try {
            GateRules.follow(history, decide);
            return false;
        } catch (AssertionError broken) {
            return true;
        }
    }

    private static Stream<List<Step>> histories() {
        Random random = new Random(20260101);
        return Step.histories().generator(1000).stream(random).limit(HISTORIES).map(Shrinkable::value);
    }
}
