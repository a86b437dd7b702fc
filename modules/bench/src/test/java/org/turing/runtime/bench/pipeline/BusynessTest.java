package org.turing.runtime.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.bench.pipeline.Busyness.Span;

class BusynessTest {

    @Test
    void idleIsWhatLiesBetweenARunAndTheNextOne() {
        Busyness busyness = Busyness.of(List.of(new Span(1000, 2000), new Span(2010, 3000), new Span(3040, 4000)));
        assertThat(busyness.idle()).containsExactly(10L, 40L);
        assertThat(busyness.share()).isEqualTo(2950.0 / 3000, within(1e-9));
    }

    @Test
    void oneRunAloneSaysNothing() {
        assertThatThrownBy(() -> Busyness.of(List.of(new Span(1, 2)))).hasMessageContaining("fewer than two");
    }
}
