package org.turing.runtime.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoalTest {

    @Test
    void aGoalIsReachedAtItsLimit() {
        assertThat(Goal.atLeast("speed", 0.9, 0.9).reached()).isTrue();
        assertThat(Goal.atLeast("speed", 0.89, 0.9).reached()).isFalse();
        assertThat(Goal.atMost("time", 1.3, 1.3).reached()).isTrue();
        assertThat(Goal.atMost("time", 1.31, 1.3).reached()).isFalse();
    }

    @Test
    void whatCouldNotBeMeasuredIsNotReachedAndSaysSo() {
        Goal goal = Goal.atMost("time", null, 1);
        assertThat(goal.reached()).isFalse();
        assertThat(Goal.table(List.of(goal))).contains("| time | ≤ 1 | not measured | – |");
    }

    @Test
    void aRowHoldsGoalAndFigure() {
        assertThat(Goal.table(List.of(Goal.atLeast("speed", 1.23456, 0.9), Goal.atMost("size", 123.456, 50))))
                .contains("| speed | ≥ 0.9 | 1.235 | yes |", "| size | ≤ 50 | 123.5 | **no** |");
    }

    @Test
    void withoutGoalsThereIsNoTable() {
        assertThat(Goal.table(List.of())).isEmpty();
    }

    @Test
    void theJsonOfFindingsHoldsTheirGoals() {
        ObjectNode figures = Findings.object().put("jobs", 7);
        ObjectNode json = new Findings(List.of(), figures, List.of(Goal.atLeast("speed", 0.5, 0.9))).json();
        assertThat(json.at("/jobs").asInt()).isEqualTo(7);
        assertThat(json.at("/goals/0/value").asDouble()).isEqualTo(0.5);
        assertThat(json.at("/goals/0/atLeast").asDouble()).isEqualTo(0.9);
        assertThat(json.at("/goals/0/reached").asBoolean()).isFalse();
    }
}
