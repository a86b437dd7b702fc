package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.turing.runtime.database.MonotonicDatabaseClock.Reading;

/** A database whose time is whatever a test says, and a machine whose clock goes when a test says so. */
class MonotonicDatabaseClockTest {

    private static final Instant START = Instant.parse("2024-02-29T23:59:59Z");
    private static final long TEN_SECONDS = 10_000_000_000L;

    /**
     * Some time goes by, and then the database may be asked.
     *
     * @param elapsed nanoseconds of this machine's clock
     * @param asked whether it is asked
     * @param apart by how much what it says lies behind or before the machine's clock, in nanoseconds
     */
    record Step(long elapsed, boolean asked, long apart) {}

    private long nanos;
    private long apart;
    private final MonotonicDatabaseClock clock =
            new MonotonicDatabaseClock(() -> new Reading(START.plusNanos(nanos + apart), nanos), () -> nanos);

    @Property
    void it_never_goes_back_and_goes_on_whatever_the_database_says(@ForAll("steps") List<Step> steps) {
        Instant last = clock.now();
        for (Step step : steps) {
            nanos += step.elapsed();
            Instant later = clock.now();
            assertThat(Duration.between(last, later)).isGreaterThanOrEqualTo(Duration.ofNanos(step.elapsed() / 2));
            if (step.asked()) {
                apart = step.apart();
                clock.read();
            }
            last = clock.now();
            assertThat(last).isAfterOrEqualTo(later);
        }
    }

    @Property
    void it_is_right_once_as_much_time_went_by_again_as_it_was_ahead(@ForAll("steps") List<Step> steps) {
        for (Step step : steps) {
            nanos += step.elapsed();
            if (step.asked()) {
                apart = step.apart();
                clock.read();
            }
        }
        Duration ahead = Duration.between(databaseTime(), clock.now());
        assertThat(ahead).isGreaterThanOrEqualTo(Duration.ZERO);
        nanos += 2 * ahead.toNanos();
        assertThat(clock.now()).isEqualTo(databaseTime());
    }

    private Instant databaseTime() {
        return START.plusNanos(nanos + apart);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, TEN_SECONDS),
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(-TEN_SECONDS, TEN_SECONDS))
                .as(Step::new)
                .list()
                .ofMaxSize(30);
    }
}
