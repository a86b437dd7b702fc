package org.turing.runtime.database;

import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.turing.runtime.ports.DatabaseClock;

/**
 * The database's time as of the last {@link #read}, carried on by this machine's monotonic clock. A reading is right
 * within its round trip, so the next one may find that this clock was ahead. It never goes back then, but at half its
 * pace until the time has caught up: what happens later on this machine has a later time, and what takes a while does
 * not take none.
 */
public final class MonotonicDatabaseClock implements DatabaseClock {

    /**
     * A time, and this machine's clock at it.
     *
     * @param time the database's time
     * @param nanos the monotonic clock, in nanoseconds
     */
    record Reading(Instant time, long nanos) {}

    private static final int PACE_OF_WHO_IS_AHEAD = 2;

    private final Supplier<Reading> database;
    private final LongSupplier nanoTime;
    private final AtomicReference<Reading> told;
    private volatile Reading reading;

    /**
     * Reads the time once.
     *
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't be asked now
     */
    public MonotonicDatabaseClock(Database database) {
        this(() -> ask(database), System::nanoTime);
    }

    MonotonicDatabaseClock(Supplier<Reading> database, LongSupplier nanoTime) {
        this.database = database;
        this.nanoTime = nanoTime;
        this.reading = database.get();
        this.told = new AtomicReference<>(reading);
    }

    @Override
    public Instant now() {
        return told.updateAndGet(this::next).time();
    }

    /** Takes the machine's time after it was seen what was told last: of two callers the second one is later. */
    private Reading next(Reading last) {
        long nanos = nanoTime.getAsLong();
        Reading read = reading;
        Instant measured = read.time().plusNanos(nanos - read.nanos());
        Instant slow = last.time().plusNanos((nanos - last.nanos()) / PACE_OF_WHO_IS_AHEAD);
        return new Reading(measured.isAfter(slow) ? measured : slow, nanos);
    }

    /**
     * Reads the time again, so that the two clocks don't drift apart.
     *
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't be asked now
     */
    public void read() {
        reading = database.get();
    }

    /**
     * The same by a statement that brought the time along: every renewal of the lease does.
     *
     * @param time the database's time
     * @param asked this machine's monotonic clock before the statement, in nanoseconds
     * @param answered the same after it
     */
    void told(Instant time, long asked, long answered) {
        reading = reading(time, asked, answered);
    }

    private static Reading reading(Instant time, long asked, long answered) {
        return new Reading(time, asked + (answered - asked) / 2);
    }

    private static Reading ask(Database database) {
        return database.renewal(connection -> {
            try (Statement statement = connection.createStatement()) {
                long asked = System.nanoTime();
                try (ResultSet row = statement.executeQuery(database.inSchema("SELECT clock_timestamp()"))) {
                    row.next();
                    return reading(row.getObject(1, OffsetDateTime.class).toInstant(), asked, System.nanoTime());
                }
            }
        });
    }
}
