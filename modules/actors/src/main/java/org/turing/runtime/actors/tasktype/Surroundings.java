package org.turing.runtime.actors.tasktype;

import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.Ports;
import org.turing.runtime.actors.RunSettings;
import org.turing.runtime.actors.breaker.Breakers;
import org.turing.runtime.actors.breaker.ModelServers;
import org.turing.runtime.actors.gate.Gates;
import org.turing.runtime.actors.host.HostDirectory;
import org.turing.runtime.actors.upkeep.LeaseKeeper;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.work.InboxThreads;
import org.turing.runtime.actors.work.LooksTogether;
import org.turing.runtime.actors.work.Unwritten;

/**
 * What every task-type actor of a node shares.
 *
 * @param gates the gates of all models
 * @param counts where each counts what it does
 * @param inboxThreads on which inboxes are asked
 * @param looks those that are likely to be in vain
 * @param budget how many tickets may still be made
 * @param unwritten what waits to be written to the ledger, and how much more may
 */
public record Surroundings(
        Ports ports,
        RunSettings settings,
        InboxThreads inboxThreads,
        LooksTogether looks,
        ClaimBudget budget,
        Unwritten unwritten,
        ActorRef<HostDirectory.Command> hosts,
        Gates gates,
        Counts counts,
        ActorRef<LeaseKeeper.Command> lease,
        ActorRef<RestObserver.Command> rest,
        Breakers breakers,
        ModelServers servers) {}
