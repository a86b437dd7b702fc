package org.turing.runtime.app.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from, the strongest first.
 *
 * @param commandLine keys and values given on the command line
 * @param system Java's system properties
 * @param environment the environment variables; one that is empty counts as not set
 * @param file the file of {@code --config}, or null
 */
public record SettingsSources(
        Map<String, String> commandLine,
        Properties system,
        Map<String, String> environment,
        @Nullable Path file) {}
