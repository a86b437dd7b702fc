package org.turing.runtime.database;

import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.turing.runtime.ports.DatabaseClock;

/** The database's time as of the last {@link #read}, carried on by this machine's monotonic clock. */
public final class MonotonicDatabaseClock implements DatabaseClock {

    private record Reading(Instant time, long nanos) {}

    private final Database database;
    private volatile Reading reading;

    /**
     * Reads the time once.
     *
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't be asked now
     */
    public MonotonicDatabaseClock(Database database) {
        this.database = database;
        this.reading = ask(database);
    }

    @Override
    public Instant now() {
        Reading last = reading;
        return last.time().plusNanos(System.nanoTime() - last.nanos());
    }

    /**
     * Reads the time again, so that the two clocks don't drift apart; the lease does so with every renewal.
     *
     * @throws org.turing.runtime.ports.DatabaseUnavailable if the database can't be asked now
     */
    public void read() {
        reading = ask(database);
    }

    private static Reading ask(Database database) {
        return database.renewal(connection -> {
            try (Statement statement = connection.createStatement()) {
                long before = System.nanoTime();
                try (ResultSet row = statement.executeQuery(database.inSchema("SELECT clock_timestamp()"))) {
                    row.next();
                    long between = before + (System.nanoTime() - before) / 2;
                    return new Reading(row.getObject(1, OffsetDateTime.class).toInstant(), between);
                }
            }
        });
    }
}
