package org.turing.runtime.app.settings;

import java.util.List;

/** Settings that can't be used; the program ends with exit code 2. */
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param problems one line each: key, value, where it was said, what is allowed */
    public SettingsException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
