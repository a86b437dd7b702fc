package org.turing.runtime.domain.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What holds of a breaker whatever happens; runs keep books of their own, by which it is judged. */
class BreakerPropertiesTest {

    private static final BreakerSettings SETTINGS =
            new BreakerSettings(3, Duration.ofSeconds(1), Duration.ofSeconds(60));
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    enum What {
        START_A_RUN,
        RUN_WORKED,
        RUN_FAILED,
        RUN_SHOWED_NOTHING
    }

    /** @param which picks one of the runs under way */
    record Step(What what, int which, long laterMillis) {}

    private record Run(long id, boolean probe, Instant began) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        return Combinators.combine(
                        Arbitraries.of(What.class),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.longs().between(0, 3_000))
                .as(Step::new)
                .list()
                .ofMaxSize(200);
    }

    @Property(tries = 500)
    void one_probe_at_a_time_starts_while_it_is_open_and_a_success_closes_it(@ForAll("histories") List<Step> history) {
        Books books = new Books();
        for (Step step : history) {
            books.now = books.now.plusMillis(step.laterMillis());
            books.take(step);
        }
    }

    @Property
    void pauses_double_to_the_longest_with_a_fifth_of_jitter(
            @ForAll @IntRange(min = 1, max = 100) int number,
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double random) {
        Duration full = number > 6 ? SETTINGS.longestPause() : Duration.ofSeconds(1L << (number - 1));
        Duration pause = SETTINGS.pause(number, random);
        assertThat(pause).isBetween(full.multipliedBy(4).dividedBy(5), full);
    }

    @Property
    void every_failed_probe_brings_the_next_one_within_the_longest_pause(
            @ForAll @IntRange(min = 1, max = 40) int probes,
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double random) {
        Breaker breaker = Breaker.closed(SETTINGS);
        for (int i = 0; i < SETTINGS.failures(); i++) {
            breaker = breaker.failed(1, "refused", START, START, random);
        }
        Instant now = START;
        for (int probe = 1; probe <= probes; probe++) {
            Instant due = breaker.open().probeAt();
            assertThat(Duration.between(now, due)).isBetween(Duration.ofMillis(1), SETTINGS.longestPause());
            now = due;
            breaker = breaker.probing(probe, now).probeFailed(probe, "refused", now, random);
            assertThat(breaker.open().failedProbes()).isEqualTo(probe);
        }
    }

    /** Who runs, by what the breaker let start; it must never let more than one start while it is open. */
    private static final class Books {
        private Breaker breaker = Breaker.closed(SETTINGS);
        private Instant now = START;
        private long runs;
        private final Map<Long, Run> underWay = new HashMap<>();

        void take(Step step) {
            if (step.what() == What.START_A_RUN) {
                start();
            } else if (!underWay.isEmpty()) {
                List<Long> ids = underWay.keySet().stream().sorted().toList();
                end(step.what(), underWay.remove(ids.get(step.which() % ids.size())));
            }
            if (breaker.open() != null) {
                Set<Long> sinceItOpened = new HashSet<>();
                underWay.values().stream().filter(Run::probe).forEach(run -> sinceItOpened.add(run.id()));
                assertThat(sinceItOpened.size()).as("probes under way").isLessThanOrEqualTo(1);
            }
        }

        private void start() {
            long id = runs++;
            if (breaker.open() == null) {
                underWay.put(id, new Run(id, false, now));
            } else if (breaker.mayProbe(now)) {
                assertThat(underWay.values()).as("probes under way").noneMatch(Run::probe);
                breaker = breaker.probing(id, now);
                underWay.put(id, new Run(id, true, now));
            }
        }

        private void end(What how, Run run) {
            Breaker before = breaker;
            switch (how) {
                case RUN_WORKED -> {
                    breaker = breaker.worked(run.id() % 2, run.began(), now).probeEnded(run.id());
                    if (run.probe()) {
                        assertThat(breaker.open())
                                .as("after a probe that worked")
                                .isNull();
                    }
                }
                case RUN_FAILED -> {
                    breaker = run.probe()
                            ? breaker.probeFailed(run.id(), "refused", now, 0.5)
                            : breaker.failed(run.id() % 2, "refused", run.began(), now, 0.5);
                    if (before.open() != null) {
                        assertThat(breaker.open())
                                .as("after a failure while open")
                                .isNotNull();
                    }
                }
                default -> breaker = breaker.probeEnded(run.id());
            }
        }
    }
}
