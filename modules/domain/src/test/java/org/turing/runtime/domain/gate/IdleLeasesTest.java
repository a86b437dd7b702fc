package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slots on which nothing runs, and which their holders keep for a moment. Times are seconds; the quantum is 30. */
class IdleLeasesTest {

    @Test
    void an_idle_slot_is_asked_back_long_before_its_quantum_ends_and_nothing_is_written_of_that() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.idle(1);
        assertThat(gate.askedBack()).as("nobody wants it").isEmpty();
        assertThat(Gate.asked(gate.request(2, 1, 1))).isEmpty();
        assertThat(gate.askedBack()).containsExactly(1L);
        assertThat(gate.state().nextDeadline()).isEmpty();
        assertThat(Gate.grantedTo(gate.release(1, 1))).containsExactly(2L);
        assertThat(gate.askedBack()).isEmpty();
    }

    @Test
    void one_that_is_at_work_again_has_its_quantum() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.idle(1);
        gate.request(2, 1, 1);
        gate.atWork(1);
        assertThat(gate.askedBack()).isEmpty();
        assertThat(gate.tick(2)).isEmpty();
        assertThat(gate.state().nextDeadline()).contains(Gate.at(30));
    }

    @Test
    void nobody_at_work_is_asked_where_an_idle_slot_will_do() {
        Gate gate = new Gate(2);
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        gate.idle(2);
        assertThat(Gate.asked(gate.request(3, 1, 40))).isEmpty();
        assertThat(gate.askedBack()).containsExactly(2L);
        gate.atWork(2);
        assertThat(Gate.asked(gate.tick(41))).as("it will not do any more").hasSize(1);
    }

    @Test
    void who_was_asked_for_a_slot_at_work_serves_nobody_as_long_as_another_lies_idle() {
        Gate gate = new Gate(2);
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        assertThat(Gate.asked(gate.request(3, 1, 40))).hasSize(1);
        gate.idle(2);
        assertThat(gate.askedBack()).containsExactly(2L);
    }

    @Test
    void no_more_are_asked_back_than_those_who_wait_want() {
        Gate gate = new Gate(3);
        gate.request(1, 3, 0);
        gate.idle(1);
        gate.idle(2);
        gate.idle(3);
        gate.request(2, 2, 1);
        assertThat(gate.askedBack()).containsExactly(1L, 2L);
    }

    @Test
    void an_idle_slot_where_it_is_of_no_use_is_left_alone() {
        Gate gate = new Gate(Gate.host(1), GateDecisions::decide);
        gate.offer(0, Gate.host(1, 1), Gate.host(2, 1));
        gate.request(1, 2, 0);
        gate.idle(1);
        gate.idle(2);
        gate.request(2, 2, 0, Set.of(2L), 1);
        assertThat(gate.state().idleAndWanted()).extracting(Lease::runtime).containsExactly(2L);
        gate.offer(2, Gate.host(1, 1), Gate.host(2, 0));
        assertThat(gate.askedBack()).as("its host offers nothing any more").isEmpty();
    }

    @Test
    void nobody_is_asked_for_its_own_request() {
        Gate gate = new Gate(1);
        gate.request(1, 2, 0);
        gate.idle(1);
        assertThat(gate.askedBack()).isEmpty();
    }

    @Test
    void nobody_is_asked_while_paused_and_a_lost_holder_never() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.idle(1);
        gate.tell(new GateCommand.Pause(Gate.at(1)));
        gate.request(2, 1, 1);
        assertThat(gate.askedBack()).isEmpty();
        gate.tell(new GateCommand.Resume(Gate.at(2)));
        assertThat(gate.askedBack()).containsExactly(1L);
        gate.lose(1, 3);
        assertThat(gate.askedBack()).isEmpty();
    }
}
