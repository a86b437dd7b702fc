package org.turing.runtime.app.access;

/** A command can't tell which database it should use. */
public final class NoDatabase extends Exception {
    private static final long serialVersionUID = 1L;

    NoDatabase(String message) {
        super(message);
    }
}
