package org.turing.runtime.app.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The database ({@code turing.db}).
 *
 * @param address where it is, or null for the embedded server
 * @param schema schema of the registry and the ledger
 * @param poolSize connections held at most
 * @param queryTimeout longest run of one look into an inbox
 */
public record DatabaseSettings(@Nullable DatabaseAddress address, String schema, int poolSize, Duration queryTimeout) {}
