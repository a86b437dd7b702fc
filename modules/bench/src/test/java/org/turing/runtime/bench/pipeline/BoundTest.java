package org.turing.runtime.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundTest {

    @Test
    void theBusiestModelHasTwoItemsOfEachEntityAndAScriptStageLiesAtEitherEnd() {
        assertThat(new Bound(50, 5).millis(200)).isEqualTo(2 * 200 * 50 + 2 * 5);
    }

    @Test
    void onlySomeEntitiesNeedTheArbitrator() {
        assertThat(Stage.ARBITRATOR.entities(200)).isEqualTo(50);
        assertThat(Stage.CLARA_B.entities(200)).isEqualTo(200);
    }
}
