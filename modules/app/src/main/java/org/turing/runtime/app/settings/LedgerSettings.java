package org.turing.runtime.app.settings;

import java.time.Duration;
import org.turing.runtime.actors.work.Unwritten;

/**
 * Leases and history ({@code turing.ledger}).
 *
 * @param lease how long claims stand without a renewal
 * @param renewEvery how often the lease is renewed; at most half of it
 * @param retention how long ended tickets are kept
 * @param unwritten how many outcomes may wait to be written
 */
public record LedgerSettings(Duration lease, Duration renewEvery, Duration retention, Unwritten.Bounds unwritten) {}
