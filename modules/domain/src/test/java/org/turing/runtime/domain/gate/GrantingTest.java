package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who gets a slot, and what a gate is told that changes nothing. Times are seconds; the quantum is 30. */
class GrantingTest {

    @Test
    void a_free_slot_is_granted_at_once_for_a_quantum() {
        Gate gate = new Gate(1);
        assertThat(gate.request(7, 1, 3, 5))
                .containsExactly(
                        new GateEvent.Queued(new Waiter(7, Gate.life(7), 1, 3, Set.of(), Gate.at(5))),
                        new GateEvent.Granted(new Lease(
                                1, 7, Gate.life(7), Gate.HOST, Gate.at(5), Gate.at(35), false, false, 3, null)));
        assertThat(gate.state().waiting()).isEmpty();
        assertThat(gate.state().free()).isZero();
    }

    @Test
    void one_request_is_granted_as_many_slots_as_are_free_and_waits_for_the_rest() {
        Gate gate = new Gate(3);
        assertThat(Gate.grantedTo(gate.request(1, 5, 0))).containsExactly(1L, 1L, 1L);
        assertThat(gate.state().waiter(1)).map(Waiter::wanted).contains(2);
        assertThat(gate.state().leasesOf(1)).extracting(Lease::id).containsExactly(1L, 2L, 3L);
    }

    @Test
    void slots_that_become_free_together_are_shared_out_one_by_one() {
        Gate gate = new Gate(0);
        gate.request(1, 4, 0);
        gate.request(2, 4, 0);
        List<GateEvent> events = gate.tell(new GateCommand.Configure(Gate.host(4), Gate.QUANTUM, Gate.at(1)));
        assertThat(Gate.grantedTo(events)).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void higher_priority_goes_first() {
        Gate gate = busy(1);
        gate.request(1, 1, 0, 1);
        gate.request(2, 1, 5, 2);
        assertThat(Gate.grantedTo(gate.release(1, 3))).containsExactly(2L);
    }

    @Test
    void a_point_of_age_for_each_full_minute_outdoes_a_higher_priority() {
        GateState state = GateState.open("gemma2", Gate.host(1), Gate.QUANTUM)
                .withWaiting(List.of(waiter(1, 0), new Waiter(2, Gate.life(2), 1, 2, Set.of(), Gate.at(170))));
        assertThat(GrantOrder.first(state, Gate.at(119))).map(Waiter::holder).contains(2L);
        assertThat(GrantOrder.first(state, Gate.at(179.999)))
                .map(Waiter::holder)
                .contains(1L);
        assertThat(waiter(1, 0).effectivePriority(Gate.at(179.999))).isEqualTo(2);
        assertThat(waiter(1, 0).effectivePriority(Gate.at(180))).isEqualTo(3);
    }

    @Test
    void age_does_not_upset_the_shares_of_equals() {
        GateState state = GateState.open("gemma2", Gate.host(1), Gate.QUANTUM)
                .withWaiting(List.of(waiter(1, 0), waiter(2, 299)))
                .withUsed(Map.of(1L, Duration.ofSeconds(230), 2L, Duration.ofSeconds(60)));
        assertThat(GrantOrder.first(state, Gate.at(300))).map(Waiter::holder).contains(2L);
    }

    @Test
    void who_waited_for_ten_minutes_goes_before_equals_with_less_slot_time() {
        GateState state = GateState.open("gemma2", Gate.host(1), Gate.QUANTUM)
                .withWaiting(List.of(waiter(1, 0), waiter(2, 1)))
                .withUsed(Map.of(1L, Duration.ofHours(1), 2L, Duration.ZERO));
        assertThat(GrantOrder.first(state, Gate.at(599))).map(Waiter::holder).contains(2L);
        assertThat(GrantOrder.first(state, Gate.at(600))).map(Waiter::holder).contains(1L);
    }

    @Test
    void among_equals_least_slot_time_then_longest_waiting_then_holder_id_goes_first() {
        GateState state = GateState.open("gemma2", Gate.host(1), Gate.QUANTUM)
                .withWaiting(List.of(waiter(3, 2), waiter(2, 2), waiter(4, 1), waiter(1, 0)));
        assertThat(GrantOrder.first(state.withUsed(Map.of(1L, Duration.ofSeconds(1))), Gate.at(5)))
                .map(Waiter::holder)
                .contains(4L);
        assertThat(GrantOrder.first(state.withWaiting(List.of(waiter(3, 2), waiter(2, 2))), Gate.at(5)))
                .map(Waiter::holder)
                .contains(2L);
    }

    @Test
    void a_request_replaces_the_earlier_one_and_keeps_its_place() {
        Gate gate = busy(1);
        gate.request(1, 1, 0, 10);
        assertThat(gate.request(1, 4, 2, 20))
                .containsExactly(new GateEvent.Queued(new Waiter(1, Gate.life(1), 4, 2, Set.of(), Gate.at(10))));
        assertThat(gate.state().waiting()).hasSize(1);
    }

    @Test
    void what_changes_nothing_gives_no_events() {
        Gate gate = busy(1);
        gate.request(1, 2, 0);
        assertThat(gate.request(1, 2, 1)).isEmpty();
        assertThat(gate.release(99, 1)).isEmpty();
        assertThat(gate.tell(new GateCommand.Cleared(1, Gate.at(1)))).isEmpty();
        assertThat(gate.tell(new GateCommand.Withdraw(5, Gate.at(1)))).isEmpty();
        assertThat(gate.lose(5, 1)).isEmpty();
        assertThat(gate.tell(new GateCommand.HolderLost(1, Gate.life(1, 2), Gate.at(1))))
                .isEmpty();
        assertThat(gate.tell(new GateCommand.Resume(Gate.at(1)))).isEmpty();
        assertThat(gate.tell(new GateCommand.Configure(Gate.host(1), Gate.QUANTUM, Gate.at(1))))
                .isEmpty();
    }

    @Test
    void a_request_for_nothing_withdraws() {
        Gate gate = busy(1);
        gate.request(1, 2, 0);
        assertThat(gate.request(1, 0, 1)).containsExactly(new GateEvent.Withdrawn(1));
        assertThat(Gate.grantedTo(gate.release(1, 2))).isEmpty();
    }

    @Test
    void who_withdraws_keeps_what_it_holds() {
        Gate gate = new Gate(1);
        gate.request(1, 2, 0);
        assertThat(gate.tell(new GateCommand.Withdraw(1, Gate.at(1)))).containsExactly(new GateEvent.Withdrawn(1));
        assertThat(gate.state().leasesOf(1)).hasSize(1);
    }

    @Test
    void settings_that_no_gate_can_have_are_refused_with_the_next_step() {
        assertThatThrownBy(() -> Gate.host(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1")
                .hasMessageContaining("models");
        assertThatThrownBy(() -> GateState.open("gemma2", Gate.host(1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GateState.open("gemma2", List.of(Gate.host(7, 1), Gate.host(7, 2)), Gate.QUANTUM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host-7");
        assertThatThrownBy(() -> waiter(1, 0).wanting(0, Gate.START)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_clock_that_steps_back_counts_as_standing_still() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 100);
        gate.request(2, 1, 50);
        assertThat(gate.release(1, 40))
                .startsWith(new GateEvent.Released(1, 1, Duration.ZERO))
                .hasSize(2);
        assertThat(waiter(2, 50).effectivePriority(Gate.at(10))).isZero();
    }

    /** A gate whose slots are all held by holder 9. */
    private static Gate busy(int slots) {
        Gate gate = new Gate(slots);
        gate.request(9, slots, 0);
        return gate;
    }

    private static Waiter waiter(long holder, double since) {
        return new Waiter(holder, Gate.life(holder), 1, 0, Set.of(), Gate.at(since));
    }
}
