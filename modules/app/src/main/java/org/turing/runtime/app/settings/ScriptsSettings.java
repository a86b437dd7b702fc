package org.turing.runtime.app.settings;

import java.nio.file.Path;
import java.time.Duration;
import org.turing.runtime.scripts.EnvironmentRules;
import org.turing.runtime.scripts.ScriptSettings.Drift;
import org.turing.runtime.scripts.ScriptSettings.Limits;

/**
 * Where scripts are, what runs them, and what they are given ({@code turing.scripts}).
 *
 * @param folder the scripts folder, absolute
 * @param python the Python interpreter: a name on the PATH or a path
 * @param startLimit the longest start of a worker
 * @param drift what happens where a script is not the registered one
 * @param environment what of the runtime's own environment scripts find in theirs
 * @param limits how much a script may use
 */
public record ScriptsSettings(
        Path folder, String python, Duration startLimit, Drift drift, EnvironmentRules environment, Limits limits) {}
