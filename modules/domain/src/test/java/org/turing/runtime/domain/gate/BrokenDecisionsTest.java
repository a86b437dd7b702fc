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
import org.jspecify.annotations.Nullable;

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
                ? GateDecisions.decide(with(state, offer -> host(offer, offer.slots() + 1, offer.loaded())), command)
                : GateDecisions.decide(state, command)),
        GRANTS_WHILE_PAUSED((state, command) -> command instanceof GateCommand.Request
                ? GateDecisions.decide(state.withPaused(false), command)
                : GateDecisions.decide(state, command)),
        LEAVES_A_FREED_SLOT_FREE((state, command) -> without(
                state, command, event -> command instanceof GateCommand.Release && event instanceof GateEvent.Granted)),
        NEVER_ASKS_TO_YIELD((state, command) -> without(state, command, GateEvent.YieldAsked.class::isInstance)),
        CUTS_A_QUANTUM_SHORT((state, command) -> GateDecisions.decide(
                withLeases(state, lease -> changed(lease, lease.since(), lease.asked())), command)),
        ASKS_FOR_WHAT_LIES_IDLE_AT_THE_END_OF_ITS_QUANTUM(
                (state, command) -> GateDecisions.decide(state.withIdle(Set.of()), command)),
        FORGETS_WHOM_IT_ASKED((state, command) ->
                GateDecisions.decide(withLeases(state, lease -> changed(lease, lease.quantumEnds(), false)), command)),
        RELEASES_TWICE((state, command) -> command instanceof GateCommand.Release release
                        && state.lease(release.leaseId()).isEmpty()
                ? List.of(new GateEvent.Released(release.leaseId(), 1, Gate.QUANTUM))
                : GateDecisions.decide(state, command)),
        IGNORES_WHO_CAN_USE_WHICH_HOST((state, command) -> command instanceof GateCommand.Release
                ? GateDecisions.decide(anyHostWillDo(state), command)
                : GateDecisions.decide(state, command)),
        COUNTS_SLOTS_AS_A_WHOLE((state, command) -> command instanceof GateCommand.Request
                ? GateDecisions.decide(
                        with(state, offer -> host(offer, wholeBut(state, offer.runtime()), offer.loaded())), command)
                : GateDecisions.decide(state, command)),
        FORGETS_THE_LEASES_OF_HOSTS_THAT_ARE_GONE((state, command) -> without(
                state,
                command,
                event -> command instanceof GateCommand.Configure && event instanceof GateEvent.Quarantined)),
        GRANTS_ON_A_HOST_THAT_IS_GONE((state, command) -> each(
                state,
                command,
                event -> event instanceof GateEvent.Configured
                                && !state.offers().isEmpty()
                        ? Stream.of(event, grantedOn(state.offers().get(0).runtime(), state, command.now()))
                        : Stream.of(event))),
        YIELDS_ON_THE_WRONG_HOST((state, command) -> command instanceof GateCommand.Tick
                ? GateDecisions.decide(anyHostWillDo(state), command).stream()
                        .filter(GateEvent.YieldAsked.class::isInstance)
                        .toList()
                : GateDecisions.decide(state, command)),
        PLACES_WHERE_THE_MODEL_IS_NOT_LOADED((state, command) -> command instanceof GateCommand.Request
                ? GateDecisions.decide(with(state, offer -> host(offer, offer.slots(), !offer.loaded())), command)
                : GateDecisions.decide(state, command)),
        PLACES_WITHOUT_A_LOOK_AT_WHAT_IS_FREE((state, command) -> each(
                state,
                command,
                event -> event instanceof GateEvent.Granted granted
                        ? Stream.of(new GateEvent.Granted(onTheFirstHostWithRoom(state, granted.lease())))
                        : Stream.of(event))),
        PUTS_EVERYTHING_ON_THE_FIRST_CARD((state, command) -> onCards(
                state,
                command,
                lease -> state.offer(lease.runtime()).stream()
                        .flatMap(offer -> offer.gpus().stream())
                        .findFirst()
                        .orElse(null))),
        NAMES_NO_CARD((state, command) -> onCards(state, command, lease -> null)),
        FORGETS_WHAT_A_CARD_HAS_IN_QUARANTINE((state, command) -> onCards(
                state,
                command,
                lease -> state.offer(lease.runtime())
                        .map(Room.now(state.withLeases(state.leases().stream()
                                .filter(other -> !other.quarantined())
                                .toList()))::gpuOn)
                        .orElse(lease.gpu()))),
        TAKES_ONE_LOST_LEASE_FOR_A_LOST_HOLDER((state, command) -> command instanceof GateCommand.LeaseLost lost
                ? state.lease(lost.leaseId())
                        .map(lease -> GateDecisions.decide(
                                state, new GateCommand.HolderLost(lease.holder(), lease.incarnation(), lost.now())))
                        .orElse(List.of())
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

        private static List<GateEvent> onCards(
                GateState state, GateCommand command, Function<Lease, @Nullable String> card) {
            return each(
                    state,
                    command,
                    event -> event instanceof GateEvent.Granted granted
                            ? Stream.of(new GateEvent.Granted(
                                    placed(granted.lease(), granted.lease().runtime(), card.apply(granted.lease()))))
                            : Stream.of(event));
        }

        private static List<GateEvent> without(GateState state, GateCommand command, Predicate<GateEvent> forgotten) {
            return GateDecisions.decide(state, command).stream()
                    .filter(forgotten.negate())
                    .toList();
        }

        private static GateState withLeases(GateState state, UnaryOperator<Lease> change) {
            return state.withLeases(state.leases().stream().map(change).toList());
        }

        private static Lease changed(Lease lease, Instant quantumEnds, boolean asked) {
            return new Lease(
                    lease.id(),
                    lease.holder(),
                    lease.incarnation(),
                    lease.runtime(),
                    lease.since(),
                    quantumEnds,
                    asked,
                    lease.quarantined(),
                    lease.priority(),
                    lease.gpu());
        }

        private static GateState with(GateState state, UnaryOperator<Offer> change) {
            return state.withSettings(state.offers().stream().map(change).toList(), state.quantum());
        }

        private static Offer host(Offer offer, int slots, boolean loaded) {
            return new Offer(offer.runtime(), offer.host(), slots, loaded, offer.gpus());
        }

        private static GateState anyHostWillDo(GateState state) {
            return state.withWaiting(state.waiting().stream()
                    .map(waiter -> new Waiter(
                            waiter.holder(),
                            waiter.incarnation(),
                            waiter.wanted(),
                            waiter.priority(),
                            Set.of(),
                            waiter.since()))
                    .toList());
        }

        /** All slots less what is out elsewhere: as many as that host may have taken if nobody looked at hosts. */
        private static int wholeBut(GateState state, long runtime) {
            long elsewhere = state.leases().stream()
                    .filter(lease -> lease.runtime() != runtime)
                    .count();
            return (int) Math.max(0, state.slots() - elsewhere);
        }

        private static GateEvent grantedOn(long runtime, GateState state, Instant now) {
            return state.waiting().stream()
                    .findFirst()
                    .<GateEvent>map(waiter -> new GateEvent.Granted(new Lease(
                            state.nextLease(),
                            waiter.holder(),
                            waiter.incarnation(),
                            runtime,
                            now,
                            now.plus(Gate.QUANTUM),
                            false,
                            false,
                            waiter.priority(),
                            null)))
                    .orElse(new GateEvent.Configured(state.offers(), state.quantum()));
        }

        private static Lease onTheFirstHostWithRoom(GateState state, Lease lease) {
            Room room = Room.now(state);
            long first = state.offers().stream()
                    .map(Offer::runtime)
                    .filter(runtime -> room.placeFor(
                                    new Waiter(1, lease.incarnation(), 1, 0, Set.of(runtime), lease.since()))
                            .isPresent())
                    .findFirst()
                    .orElse(lease.runtime());
            return placed(lease, first, room.gpuOn(state.offer(first).orElseThrow()));
        }

        private static Lease placed(Lease lease, long runtime, @Nullable String gpu) {
            return new Lease(
                    lease.id(),
                    lease.holder(),
                    lease.incarnation(),
                    runtime,
                    lease.since(),
                    lease.quantumEnds(),
                    lease.asked(),
                    lease.quarantined(),
                    lease.priority(),
                    gpu);
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
        assertThatThrownBy(() -> FairnessTest.follow(BrokenDecisionsTest::lowestIdFirst, Gate.host(2), 10, 10, 0))
                .isInstanceOf(AssertionError.class);
        FairnessTest.follow(GateDecisions::decide, Gate.host(2), 10, 10, 0);
    }

    /** Decides as if the waiting holder with the lowest id had a much higher priority than the others. */
    private static List<GateEvent> lowestIdFirst(GateState state, GateCommand command) {
        if (command instanceof GateCommand.Request request) {
            int priority = request.holder() == 1 ? 1000 : 0;
            return GateDecisions.decide(
                    state,
                    new GateCommand.Request(
                            request.holder(),
                            request.incarnation(),
                            request.wanted(),
                            priority,
                            request.runtimes(),
                            request.now()));
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
