package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A lost holder's slot is free only when its processes are seen to have ended. Times are seconds; the quantum is 30.
 */
class LostHolderTest {

    @Test
    void a_lost_holders_slot_is_not_granted_before_it_is_cleared() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        assertThat(gate.lose(1, 5)).containsExactly(new GateEvent.Quarantined(1));
        assertThat(gate.state().free()).isZero();
        assertThat(gate.tick(3600)).isEmpty();
        assertThat(Gate.grantedTo(gate.tell(new GateCommand.Cleared(1, Gate.at(3601)))))
                .containsExactly(2L);
    }

    @Test
    void a_lost_holder_waits_no_longer() {
        Gate gate = new Gate(1);
        gate.request(1, 3, 0);
        assertThat(gate.lose(1, 5)).containsExactly(new GateEvent.Withdrawn(1), new GateEvent.Quarantined(1));
        assertThat(gate.lose(1, 6)).isEmpty();
    }

    @Test
    void a_lost_holder_has_no_say_about_its_slot() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.lose(1, 5);
        assertThat(gate.release(1, 6)).isEmpty();
        assertThat(gate.state().lease(1)).map(Lease::quarantined).contains(true);
    }

    @Test
    void who_was_taken_for_lost_and_asks_again_is_served_beside_what_it_has_in_quarantine() {
        Gate gate = new Gate(2);
        gate.request(1, 1, 0);
        gate.lose(1, 5);
        assertThat(Gate.grantedTo(gate.request(1, 2, 6))).containsExactly(1L);
        assertThat(gate.state().leases()).extracting(Lease::quarantined).containsExactly(true, false);
    }

    @Test
    void a_new_life_of_a_lost_holder_waits_and_is_served_like_any_other() {
        Gate gate = new Gate(2);
        gate.request(1, 1, 0);
        gate.lose(1, 5);
        GateCommand again = new GateCommand.Request(1, Gate.life(1, 2), 2, 0, Set.of(), Gate.at(6));
        assertThat(Gate.grantedTo(gate.tell(again))).containsExactly(1L);
        gate.lose(1, 7);
        assertThat(gate.state().waiter(1)).map(Waiter::incarnation).contains(Gate.life(1, 2));
        assertThat(gate.state().leases()).extracting(Lease::quarantined).containsExactly(true, false);
    }

    @Test
    void clearing_twice_frees_one_slot() {
        Gate gate = new Gate(2);
        gate.request(1, 2, 0);
        gate.lose(1, 5);
        gate.request(2, 2, 6);
        GateCommand cleared = new GateCommand.Cleared(1, Gate.at(7));
        assertThat(Gate.grantedTo(gate.tell(cleared))).containsExactly(2L);
        assertThat(gate.tell(cleared)).isEmpty();
    }

    @Test
    void a_lost_holder_is_charged_its_quantum_at_most() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.lose(1, 5);
        assertThat(gate.tell(new GateCommand.Cleared(1, Gate.at(3600))))
                .containsExactly(new GateEvent.Released(1, 1, Duration.ofSeconds(30)));
    }
}
