package org.turing.runtime.actors;

import org.turing.runtime.ports.ClusterRow;
import org.turing.runtime.ports.DatabaseClock;
import org.turing.runtime.ports.GateEpochs;
import org.turing.runtime.ports.Inboxes;
import org.turing.runtime.ports.Notifications;
import org.turing.runtime.ports.Registry;
import org.turing.runtime.ports.RuntimeLease;
import org.turing.runtime.ports.ScriptHost;
import org.turing.runtime.ports.TicketLedger;

/** Everything that the actors call and others implement. */
public record Ports(
        Registry registry,
        Inboxes inboxes,
        TicketLedger ledger,
        RuntimeLease lease,
        DatabaseClock clock,
        Notifications notifications,
        ScriptHost scripts,
        GateEpochs epochs,
        ClusterRow cluster) {}
