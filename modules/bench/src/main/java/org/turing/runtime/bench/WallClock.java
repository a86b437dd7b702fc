package org.turing.runtime.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The machine's clock, which every process on it shares. */
public final class WallClock {
    private WallClock() {}

    /** Microseconds since 1970. */
    public static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
