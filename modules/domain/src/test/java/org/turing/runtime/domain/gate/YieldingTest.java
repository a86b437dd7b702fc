package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is asked to give a slot back, and when. Times are seconds; the quantum is 30. */
class YieldingTest {

    @Test
    void nobody_is_asked_while_nobody_waits() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        assertThat(gate.state().nextDeadline()).isEmpty();
        assertThat(gate.tick(3600)).isEmpty();
    }

    @Test
    void the_one_slot_is_asked_back_at_the_end_of_its_quantum_and_only_once() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.request(2, 1, 10);
        assertThat(gate.state().nextDeadline()).contains(Gate.at(30));
        assertThat(gate.tick(29.999)).isEmpty();
        assertThat(gate.tick(30)).containsExactly(new GateEvent.YieldAsked(1));
        assertThat(gate.tick(60)).isEmpty();
        assertThat(gate.state().nextDeadline()).isEmpty();
    }

    @Test
    void a_lease_past_its_quantum_is_asked_as_soon_as_somebody_comes() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        assertThat(Gate.asked(gate.request(2, 1, 100))).containsExactly(1L);
    }

    @Test
    void higher_priority_does_not_cut_a_quantum_short() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        assertThat(Gate.asked(gate.request(2, 1, 1000, 1))).isEmpty();
        assertThat(gate.state().nextDeadline()).contains(Gate.at(30));
    }

    @Test
    void higher_priority_takes_more_than_an_equal_share_after_the_quantum() {
        Gate gate = new Gate(2);
        gate.request(1, 2, 0, 0);
        gate.request(2, 2, 1, 1);
        assertThat(Gate.asked(gate.tick(30))).containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void lower_priority_is_served_once_it_has_aged_to_the_holders() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 3, 0);
        gate.request(2, 1, 1, 10);
        assertThat(gate.state().nextDeadline()).contains(Gate.at(130));
        assertThat(gate.tick(129)).isEmpty();
        assertThat(Gate.asked(gate.tick(130))).containsExactly(1L);
    }

    @Test
    void no_more_are_asked_than_the_waiting_one_needs() {
        Gate gate = new Gate(4);
        gate.request(1, 4, 0);
        gate.request(2, 1, 0);
        assertThat(Gate.asked(gate.tick(30))).hasSize(1);
        assertThat(gate.tick(31)).isEmpty();
    }

    @Test
    void equals_are_asked_down_to_equal_shares_and_then_left_alone() {
        Gate gate = new Gate(4);
        gate.request(1, 4, 0);
        gate.request(2, 4, 0);
        assertThat(Gate.asked(gate.tick(30))).containsExactly(1L, 2L);
        gate.request(1, 2, 31);
        gate.release(1, 31);
        gate.release(2, 31);
        assertThat(gate.state().leasesOf(2)).hasSize(2);
        assertThat(gate.tick(3600)).isEmpty();
        assertThat(gate.state().nextDeadline()).isEmpty();
    }

    @Test
    void those_that_hold_most_are_asked_first() {
        Gate gate = new Gate(4);
        gate.request(1, 1, 0);
        gate.request(2, 3, 0);
        gate.request(3, 1, 0);
        List<Long> asked = Gate.asked(gate.tick(30));
        assertThat(asked).hasSize(1);
        assertThat(gate.state().lease(asked.get(0))).map(Lease::holder).contains(2L);
    }

    @Test
    void of_many_with_one_slot_each_as_many_are_asked_as_others_wait() {
        Gate gate = new Gate(3);
        for (int holder = 1; holder <= 5; holder++) {
            gate.request(holder, 1, 0);
        }
        assertThat(Gate.asked(gate.tick(30))).containsExactly(1L, 2L);
    }

    @Test
    void nobody_is_asked_for_its_own_request() {
        Gate gate = new Gate(2);
        gate.request(1, 5, 0);
        assertThat(gate.tick(3600)).isEmpty();
        assertThat(gate.state().nextDeadline()).isEmpty();
    }

    @Test
    void nobody_is_asked_while_paused_as_nobody_would_be_served() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        gate.tell(new GateCommand.Pause(Gate.at(1)));
        assertThat(gate.state().nextDeadline()).isEmpty();
        assertThat(gate.tick(60)).isEmpty();
        assertThat(gate.tell(new GateCommand.Resume(Gate.at(61))))
                .containsExactly(new GateEvent.Resumed(), new GateEvent.YieldAsked(1));
    }

    @Test
    void another_is_asked_when_the_one_that_was_asked_is_lost() {
        Gate gate = new Gate(2);
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        gate.request(3, 1, 0);
        assertThat(Gate.asked(gate.tick(30))).containsExactly(1L);
        assertThat(Gate.asked(gate.lose(1, 31))).containsExactly(2L);
    }
}
