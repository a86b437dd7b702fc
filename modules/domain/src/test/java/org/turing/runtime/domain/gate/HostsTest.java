package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where slots are granted when several hosts serve a model, and what becomes of hosts that go. Times are seconds. */
class HostsTest {

    private static final Set<Long> ANY = Set.of();

    @Test
    void a_host_that_has_the_model_loaded_is_preferred() {
        Gate gate = gate(Gate.host(1, 4), new Offer(2, "loaded", 1, true, List.of()));
        assertThat(Gate.grantedOn(gate.request(1, 2, 0))).containsExactly(2L, 1L);
    }

    @Test
    void then_the_host_with_most_free_slots_then_the_least_busy_then_the_first_by_name() {
        Gate gate = gate(Gate.host(1, "b", 2), Gate.host(2, "a", 1), Gate.host(3, "c", 1));
        assertThat(Gate.grantedOn(gate.request(1, 4, 0))).containsExactly(1L, 2L, 3L, 1L);
    }

    @Test
    void who_can_use_one_host_only_waits_for_it_though_another_is_free() {
        Gate gate = gate(Gate.host(1, 1), Gate.host(2, 1));
        gate.request(1, 1, 0, Set.of(1L), 0);
        assertThat(gate.request(2, 1, 0, Set.of(1L), 0)).hasSize(1);
        assertThat(gate.state().free()).isEqualTo(1);
        assertThat(Gate.grantedOn(gate.request(3, 1, 0, ANY, 1))).containsExactly(2L);
        assertThat(Gate.asked(gate.tick(30))).containsExactly(1L);
        assertThat(Gate.grantedTo(gate.release(1, 31))).containsExactly(2L);
    }

    @Test
    void nobody_is_asked_on_a_host_that_who_waits_can_not_use() {
        Gate gate = gate(Gate.host(1, 1), Gate.host(2, 3));
        gate.request(1, 1, 0, Set.of(1L), 0);
        gate.request(2, 3, 0, Set.of(2L), 0);
        gate.request(3, 1, 0, Set.of(1L), 0);
        assertThat(Gate.asked(gate.tick(3600))).containsExactly(1L);
    }

    @Test
    void a_slot_that_is_about_to_be_free_elsewhere_serves_only_who_can_use_it() {
        Gate gate = gate(Gate.host(1, 1), Gate.host(2, 1));
        gate.request(1, 1, 0, Set.of(1L), 0);
        gate.request(2, 1, 0, Set.of(2L), 0);
        gate.request(3, 1, 0, Set.of(1L), 0);
        assertThat(Gate.asked(gate.tick(30))).containsExactly(1L);
        assertThat(Gate.asked(gate.request(4, 1, 0, Set.of(2L), 31))).containsExactly(2L);
    }

    @Test
    void each_host_gives_back_what_is_beyond_its_own_lowered_number() {
        Gate gate = gate(Gate.host(1, 2), Gate.host(2, 2));
        gate.request(1, 3, 0);
        gate.offer(1, Gate.host(1, 1), Gate.host(2, 4));
        List<Long> asked = Gate.asked(gate.tick(30));
        assertThat(asked).hasSize(1);
        assertThat(gate.state().lease(asked.get(0))).map(Lease::runtime).contains(1L);
        assertThat(Gate.grantedOn(gate.request(2, 5, 31))).containsExactly(2L, 2L, 2L);
    }

    @Test
    void a_host_that_is_gone_leaves_its_leases_in_quarantine_and_is_granted_no_more() {
        Gate gate = gate(Gate.host(1, 1), Gate.host(2, 1));
        gate.request(1, 2, 0);
        long lost = leaseOn(gate, 2);
        assertThat(gate.offer(1, Gate.host(1, 1)))
                .containsExactly(
                        new GateEvent.Configured(List.of(Gate.host(1, 1)), Gate.QUANTUM),
                        new GateEvent.Quarantined(lost));
        assertThat(Gate.grantedTo(gate.request(2, 2, 0, Set.of(2L), 2))).isEmpty();
        assertThat(gate.tell(new GateCommand.Cleared(lost, Gate.at(9)))).hasSize(1);
        assertThat(Gate.grantedTo(gate.tick(10))).isEmpty();
    }

    @Test
    void a_host_that_is_offered_again_serves_only_beside_what_it_left_in_quarantine() {
        Gate gate = gate(Gate.host(1, 2));
        gate.request(1, 1, 0);
        gate.offer(1);
        assertThat(gate.state().blocked()).isTrue();
        gate.request(2, 2, 2);
        assertThat(Gate.grantedTo(gate.offer(3, Gate.host(1, 2)))).containsExactly(2L);
        assertThat(Gate.grantedTo(gate.tell(new GateCommand.Cleared(1, Gate.at(4)))))
                .containsExactly(2L);
    }

    @Test
    void a_new_runtime_on_the_same_host_has_all_its_slots() {
        Gate gate = gate(Gate.host(1, "a", 1));
        gate.request(1, 1, 0);
        gate.request(2, 1, 0);
        assertThat(Gate.grantedOn(gate.offer(1, Gate.host(7, "a", 1)))).containsExactly(7L);
    }

    @Test
    void one_lease_is_quarantined_when_its_holder_says_that_its_host_is_gone() {
        Gate gate = gate(Gate.host(1, 1), Gate.host(2, 1));
        gate.request(1, 2, 0);
        GateCommand lost = new GateCommand.LeaseLost(leaseOn(gate, 2), Gate.at(1));
        assertThat(gate.tell(lost)).containsExactly(new GateEvent.Quarantined(leaseOn(gate, 2)));
        assertThat(gate.tell(lost)).isEmpty();
        assertThat(gate.tell(new GateCommand.LeaseLost(99, Gate.at(1)))).isEmpty();
    }

    @Test
    void a_request_that_names_other_hosts_keeps_its_place() {
        Gate gate = gate(Gate.host(1, 1), Gate.host(2, 1));
        gate.request(1, 2, 0);
        gate.request(2, 1, 0, Set.of(9L), 10);
        assertThat(gate.request(2, 1, 0, Set.of(1L), 20))
                .containsExactly(new GateEvent.Queued(new Waiter(2, Gate.life(2), 1, 0, Set.of(1L), Gate.at(10))));
    }

    @Test
    void who_waits_for_a_host_that_is_gone_gives_newcomers_no_claim_on_the_others() {
        Gate gate = gate(Gate.host(1, 1));
        gate.request(9, 1, 0, Set.of(2L), 0);
        gate.request(1, 1, 0);
        gate.request(2, 1, 1000);
        assertThat(gate.state().used()).containsEntry(2L, Duration.ofSeconds(1000));
    }

    @Test
    void leases_go_to_the_least_used_card_and_among_equals_to_the_one_named_first() {
        Gate gate = gate(cards(5, "b", "a"));
        assertThat(cards(gate.request(1, 3, 0))).containsExactly("b", "a", "b");
        gate.release(1, 1);
        gate.release(3, 1);
        assertThat(cards(gate.request(2, 2, 2))).containsExactly("b", "b");
        assertThat(cards(gate.request(3, 2, 2))).containsExactly("a", "b");
    }

    @Test
    void a_card_keeps_what_it_has_in_quarantine() {
        Gate gate = gate(cards(4, "a", "b"));
        gate.request(1, 1, 0);
        gate.lose(1, 1);
        assertThat(cards(gate.request(2, 2, 2))).containsExactly("b", "a");
        gate.tell(new GateCommand.Cleared(1, Gate.at(3)));
        assertThat(cards(gate.request(3, 2, 4))).containsExactly("a", "b");
    }

    @Test
    void cards_of_the_same_name_on_two_hosts_are_two_cards() {
        Gate gate = gate(
                new Offer(1, "one", 2, false, List.of("0", "1")), new Offer(2, "two", 2, false, List.of("0", "1")));
        assertThat(cards(gate.request(1, 4, 0))).containsExactly("0", "0", "1", "1");
    }

    @Test
    void leases_on_a_host_that_tells_of_no_cards_are_on_none() {
        assertThat(cards(gate(cards(2)).request(1, 2, 0))).containsExactly(null, null);
    }

    private static Offer cards(int slots, String... gpus) {
        return new Offer(1, "one", slots, false, List.of(gpus));
    }

    private static List<String> cards(List<GateEvent> events) {
        return Gate.granted(events).map(Lease::gpu).toList();
    }

    private static long leaseOn(Gate gate, long runtime) {
        return gate.state().leases().stream()
                .filter(lease -> lease.runtime() == runtime)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static Gate gate(Offer... offers) {
        return new Gate(List.of(offers), GateDecisions::decide);
    }
}
