package org.turing.runtime.bench.pipeline;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What the pipeline takes at least: the busiest model's items one after the other, since it has one slot; before the
 * first of them the stages that its entity goes through first, and behind the last of them those that are left for its
 * entity.
 *
 * @param modelMillis what an item takes at a model
 * @param scriptMillis and what it takes without one
 */
record Bound(int modelMillis, int scriptMillis) {

    long millis(int entities) {
        Map<String, Integer> items = Arrays.stream(Stage.values())
                .filter(stage -> stage.model() != null)
                .collect(Collectors.groupingBy(
                        stage -> Objects.requireNonNull(stage.model()),
                        Collectors.summingInt(stage -> stage.entities(entities))));
        int busiest = items.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        return (long) busiest * modelMillis + fill();
    }

    /** lucy comes before alma, and commit behind clara_a; the last entity need not be one for the arbitrator. */
    private int fill() {
        return 2 * scriptMillis;
    }
}
