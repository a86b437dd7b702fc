package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pause, resume, and the model's slots and quantum. Times are seconds; the quantum is 30. */
class GateSettingsTest {

    @Test
    void a_paused_gate_queues_and_grants_when_resumed() {
        Gate gate = new Gate(1);
        assertThat(gate.tell(new GateCommand.Pause(Gate.at(0)))).containsExactly(new GateEvent.Paused());
        assertThat(Gate.grantedTo(gate.request(1, 1, 1))).isEmpty();
        assertThat(gate.state().grants()).isFalse();
        assertThat(Gate.grantedTo(gate.tell(new GateCommand.Resume(Gate.at(2)))))
                .containsExactly(1L);
    }

    @Test
    void a_released_slot_of_a_paused_gate_stays_free() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        gate.tell(new GateCommand.Pause(Gate.at(1)));
        assertThat(gate.state().leases()).hasSize(1);
        assertThat(Gate.grantedTo(gate.release(1, 2))).isEmpty();
        assertThat(gate.state().free()).isEqualTo(1);
    }

    @Test
    void a_gate_without_slots_is_blocked_until_it_has_some() {
        Gate gate = new Gate(0);
        assertThat(Gate.grantedTo(gate.request(1, 1, 0))).isEmpty();
        assertThat(gate.state().blocked()).isTrue();
        assertThat(gate.tick(3600)).isEmpty();
        assertThat(Gate.grantedTo(configure(gate, 1, 3601))).containsExactly(1L);
        assertThat(gate.state().blocked()).isFalse();
    }

    @Test
    void none_is_granted_until_below_a_lowered_number_of_slots() {
        Gate gate = new Gate(3);
        gate.request(1, 3, 0);
        gate.request(2, 1, 0);
        configure(gate, 1, 1);
        assertThat(gate.state().free()).isZero();
        assertThat(Gate.grantedTo(gate.release(1, 2))).isEmpty();
        assertThat(Gate.grantedTo(gate.release(2, 3))).isEmpty();
        assertThat(Gate.grantedTo(gate.release(3, 4))).containsExactly(2L);
    }

    @Test
    void leases_beyond_a_lowered_number_go_on_for_their_quantum_and_are_then_asked() {
        Gate gate = new Gate(3);
        gate.request(1, 3, 0);
        assertThat(configure(gate, 1, 1)).containsExactly(new GateEvent.Configured(Gate.host(1), Gate.QUANTUM));
        assertThat(gate.state().nextDeadline()).contains(Gate.at(30));
        assertThat(Gate.asked(gate.tick(30))).containsExactly(1L, 2L);
        assertThat(gate.state().nextDeadline()).isEmpty();
    }

    @Test
    void a_new_quantum_is_for_leases_granted_from_then_on() {
        Gate gate = new Gate(2);
        gate.request(1, 1, 0);
        gate.tell(new GateCommand.Configure(Gate.host(2), Duration.ofSeconds(90), Gate.at(1)));
        gate.request(2, 1, 2);
        assertThat(gate.state().leases()).extracting(Lease::quantumEnds).containsExactly(Gate.at(30), Gate.at(92));
    }

    private static List<GateEvent> configure(Gate gate, int slots, double seconds) {
        return gate.tell(new GateCommand.Configure(Gate.host(slots), Gate.QUANTUM, Gate.at(seconds)));
    }
}
