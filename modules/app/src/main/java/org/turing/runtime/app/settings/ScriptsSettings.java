package org.turing.runtime.app.settings;

import java.nio.file.Path;

/**
 * Where scripts are and what runs them ({@code turing.scripts}).
 *
 * @param folder the scripts folder, absolute
 * @param python the Python interpreter: a name on the PATH or a path
 */
public record ScriptsSettings(Path folder, String python) {}
