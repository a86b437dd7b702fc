package org.turing.runtime.ports;

import java.time.Instant;

/** The database's time, carried on by this machine's monotonic clock between two readings; never blocks. */
public interface DatabaseClock {
    /** The time now, within the round trips of the readings; never earlier than what was told before. */
    Instant now();
}
