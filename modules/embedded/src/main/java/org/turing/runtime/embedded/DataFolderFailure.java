package org.turing.runtime.embedded;

import org.jspecify.annotations.Nullable;

/** The data folder can't be used; the message names the folder, the cause and the next step. */
public class DataFolderFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DataFolderFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
