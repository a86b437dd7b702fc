package org.turing.runtime.journal;

import javax.sql.DataSource;
import org.apache.pekko.actor.setup.Setup;

/** Hands the connections over to the actor system in which the journal lives. */
final class JournalSetup extends Setup {

    private final DataSource connections;

    JournalSetup(DataSource connections) {
        this.connections = connections;
    }

    DataSource connections() {
        return connections;
    }
}
