package org.turing.runtime.app.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Where the results of statements go. */
public interface SqlOutput {

    /** A statement that returned rows. */
    void rows(ResultSet rows) throws SQLException;

    /**
     * A statement that returned none.
     *
     * @param command its first word, in capitals
     * @param changed how many rows it changed; 0 for commands that change none
     */
    void done(String command, long changed);

    /** The server had something to say. */
    void notice(String message);

    /** No statement follows, or one failed. */
    void end();
}
