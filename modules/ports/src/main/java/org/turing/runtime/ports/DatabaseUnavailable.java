package org.turing.runtime.ports;

/**
 * The database can't be reached or can't serve now. Weather: back off and ask again; nothing was changed for certain.
 */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
