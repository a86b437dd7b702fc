package org.turing.runtime.app.settings;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The log ({@code turing.log}).
 *
 * @param level error, warn, info, debug or trace
 * @param file the log file, absolute, or null for none
 */
public record LogSettings(String level, @Nullable Path file) {}
