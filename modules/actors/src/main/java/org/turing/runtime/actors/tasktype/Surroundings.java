package org.turing.runtime.actors.tasktype;

import org.apache.pekko.actor.typed.ActorRef;
import org.turing.runtime.actors.Ports;
import org.turing.runtime.actors.RunSettings;
import org.turing.runtime.actors.breaker.Breakers;
import org.turing.runtime.actors.breaker.ModelServers;
import org.turing.runtime.actors.upkeep.RestObserver;
import org.turing.runtime.actors.work.LedgerWriter;
import org.turing.runtime.actors.work.WorkerHost;

/** What every task-type actor of a runtime shares. */
public record Surroundings(
        Ports ports,
        RunSettings settings,
        ClaimBudget budget,
        ActorRef<WorkerHost.Command> workers,
        ActorRef<LedgerWriter.Command> writer,
        ActorRef<RestObserver.Command> rest,
        Breakers breakers,
        ModelServers servers) {}
