package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The accounts that equal shares are measured in. Times are seconds; the quantum is 30. */
class SlotTimeTest {

    @Test
    void a_released_lease_is_charged_for_as_long_as_it_was_held() {
        Gate gate = new Gate(2);
        gate.request(1, 2, 0);
        assertThat(gate.release(1, 12)).containsExactly(new GateEvent.Released(1, 1, Duration.ofSeconds(12)));
        assertThat(gate.state().used()).containsEntry(1L, Duration.ofSeconds(12));
    }

    @Test
    void a_newcomer_starts_with_what_the_one_holder_has_had() {
        Gate gate = new Gate(2);
        gate.request(1, 2, 0);
        gate.request(2, 1, 1000);
        assertThat(gate.state().used()).containsEntry(2L, Duration.ofSeconds(2000));
    }

    @Test
    void who_returns_after_idling_starts_with_the_least_that_those_waiting_have_had() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.release(1, 1);
        gate.request(2, 1, 1);
        gate.request(3, 1, 500);
        gate.request(1, 1, 700);
        assertThat(gate.state().used()).containsEntry(1L, Duration.ofSeconds(499));
    }

    @Test
    void who_was_content_with_less_has_no_claim_on_the_past() {
        Gate gate = new Gate(4);
        gate.request(1, 1, 0);
        gate.request(2, 3, 0);
        gate.request(1, 3, 100);
        assertThat(SlotTime.spent(gate.state(), 1, Gate.at(100))).isEqualTo(Duration.ofSeconds(300));
    }

    @Test
    void who_was_asked_to_yield_keeps_what_it_is_owed() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        gate.request(2, 1, 400);
        gate.request(1, 1, 400);
        gate.release(1, 400);
        gate.tick(430);
        gate.request(2, 1, 430);
        assertThat(Gate.grantedTo(gate.release(2, 430))).containsExactly(2L);
    }

    @Test
    void a_newcomer_of_another_priority_does_not_start_with_what_a_starved_one_has_had() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 10, 0);
        gate.request(2, 1, 0, 0);
        gate.request(3, 1, 10, 500);
        assertThat(gate.state().used()).containsEntry(3L, Duration.ofSeconds(500));
    }

    @Test
    void who_changes_its_priority_starts_like_its_new_equals() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 5, 0);
        gate.request(2, 1, 0, 0);
        gate.request(3, 1, 5, 100);
        gate.request(2, 1, 5, 200);
        assertThat(gate.state().used()).containsEntry(2L, Duration.ofSeconds(100));
    }

    @Test
    void accounts_are_dropped_when_nobody_is_there_to_compare_with() {
        Gate gate = new Gate(1);
        gate.request(1, 1, 0);
        gate.release(1, 100);
        assertThat(gate.state().used()).isEmpty();
    }

    @Test
    void an_absent_holders_account_is_kept_only_while_it_is_ahead() {
        Gate gate = new Gate(2);
        gate.request(1, 1, 0);
        gate.request(2, 2, 0);
        gate.release(1, 50);
        assertThat(gate.state().used()).containsEntry(1L, Duration.ofSeconds(50));
        gate.release(2, 60);
        gate.request(2, 1, 60);
        assertThat(gate.state().used()).doesNotContainKey(1L).containsKey(2L);
    }

    @Test
    void the_account_of_a_lost_holder_is_kept_until_its_slots_are_cleared() {
        Gate gate = new Gate(2);
        gate.request(1, 2, 0);
        gate.release(1, 10);
        gate.lose(1, 20);
        assertThat(gate.state().used()).containsEntry(1L, Duration.ofSeconds(10));
        gate.tell(new GateCommand.Cleared(2, Gate.at(21)));
        assertThat(gate.state().used()).isEmpty();
    }
}
