package org.turing.runtime.app.command;

/** A command that could not do what it was asked; the program ends with exit code 1. */
public final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message the thing, the cause and the next step, in one line */
    public CommandFailed(String message) {
        super(message);
    }

    /**
     * @param message the thing, the cause and the next step, in one line
     * @param cause shown with {@code --debug}
     */
    public CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
