package org.turing.runtime.domain.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class GateDecisionsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final UUID LIFE = new UUID(0, 1);

    @Test
    void one_slot_goes_to_one_holder_and_is_asked_back_at_the_end_of_its_quantum() {
        GateState state = GateState.open("gemma2", 1, Duration.ofSeconds(30));
        state = after(state, new GateCommand.Request(1, LIFE, 1, 0, START));
        state = after(state, new GateCommand.Request(2, LIFE, 1, 0, START.plusSeconds(10)));
        assertThat(state.leases()).extracting(Lease::holder).containsExactly(1L);
        assertThat(state.nextDeadline()).contains(START.plusSeconds(30));
        assertThat(GateDecisions.decide(state, new GateCommand.Tick(START.plusSeconds(29))))
                .isEmpty();
        assertThat(GateDecisions.decide(state, new GateCommand.Tick(START.plusSeconds(30))))
                .containsExactly(new GateEvent.YieldAsked(1));
    }

    private static GateState after(GateState state, GateCommand command) {
        GateState next = state;
        for (GateEvent event : GateDecisions.decide(state, command)) {
            next = GateDecisions.apply(next, event);
        }
        return next;
    }
}
