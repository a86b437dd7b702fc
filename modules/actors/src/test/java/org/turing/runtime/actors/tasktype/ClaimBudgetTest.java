package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClaimBudgetTest {

    @Test
    void noLimitGivesWhatIsAsked() {
        ClaimBudget budget = new ClaimBudget(0);
        assertThat(budget.take(1000)).isEqualTo(1000);
        assertThat(budget.exhausted()).isFalse();
    }

    @Test
    void aLimitIsSharedOutAndWhatIsGivenBackCanBeTakenAgain() {
        ClaimBudget budget = new ClaimBudget(5);
        assertThat(budget.take(3)).isEqualTo(3);
        assertThat(budget.take(3)).isEqualTo(2);
        assertThat(budget.exhausted()).isTrue();
        assertThat(budget.take(1)).isZero();
        budget.giveBack(1);
        assertThat(budget.exhausted()).isFalse();
        assertThat(budget.take(9)).isEqualTo(1);
    }
}
