package org.turing.runtime.bench.pickup;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** Who picks up rows that become eligible one at a time, and tells afterwards how soon. */
interface Picker {

    /** Where the rows come from and what takes them, for a table. */
    String title();

    /** Makes a row eligible, and returns when it is done with, so that whoever takes the next one is idle. */
    void pass(int row) throws IOException, SQLException, InterruptedException;

    /**
     * How long each row waited from its commit to the first line of what takes it, in µs, in the order of their ids.
     */
    List<Long> waits() throws SQLException;
}
