package org.turing.runtime.campaign;

import java.time.Duration;
import java.util.List;

/**
 * How the runtimes of a campaign are set up.
 *
 * @param lease {@code turing.ledger.lease}; zero leaves every setting at its default
 * @param runtimes how many
 * @param cluster whether they are the nodes of one cluster, rather than each by itself
 */
record RuntimeSetting(Duration lease, int runtimes, boolean cluster) {

    private static final Duration DEFAULT_LEASE = Duration.ofSeconds(20);

    /** What the runtimes go by. */
    Duration effectiveLease() {
        return lease.isZero() ? DEFAULT_LEASE : lease;
    }

    /**
     * A short lease goes with short pauses between polls, and no subject is taken for the cause of what the campaign
     * does; whatever else is set is left at its default.
     */
    List<String> arguments() {
        return lease.isZero()
                ? List.of("start")
                : List.of(
                        "start",
                        "-Dturing.ledger.lease=" + lease.toMillis() + "ms",
                        "-Dturing.ledger.renew-every=" + lease.dividedBy(4).toMillis() + "ms",
                        "-Dturing.work.poll-longest=1s",
                        "-Dturing.work.most-interruptions=1000");
    }
}
