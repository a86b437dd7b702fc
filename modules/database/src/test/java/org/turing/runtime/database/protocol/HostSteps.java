package org.turing.runtime.database.protocol;

import java.util.function.Consumer;
import org.turing.runtime.database.protocol.Protocol.Broken;
import org.turing.runtime.database.protocol.Protocol.Event;
import org.turing.runtime.database.protocol.World.ClaimRow;
import org.turing.runtime.database.protocol.World.Lock;
import org.turing.runtime.database.protocol.World.Phase;
import org.turing.runtime.database.protocol.World.Process;
import org.turing.runtime.database.protocol.World.Run;

/** From a claim that one runtime made for another to its host, and what becomes of it if its claimer ends. */
final class HostSteps {

    private final Protocol protocol;

    HostSteps(Protocol protocol) {
        this.protocol = protocol;
    }

    void of(World world, Run run, Consumer<Step> steps) {
        if (run.phase() != Phase.ON_ITS_WAY) {
            return;
        }
        String what = "ticket " + run.ticket();
        boolean itsOwn = world.processes().get(run.process()).identity() == run.identity();
        steps.accept(new Step(
                "runtime " + run.process() + (itsOwn ? ": hears of " : ": refuses ") + what,
                world.replace(run, itsOwn ? run.phase(Phase.CLAIMED) : null)));
        steps.accept(new Step("the message about " + what + " is lost", world.replace(run, null)));
    }

    /**
     * Who takes a claimer's place asks the host what it has, and gives back the rest (giveBackAllBut). From that
     * question on the host refuses what the earlier claimer sent.
     */
    void takeOver(World world, int process, int subject, Consumer<Step> steps) {
        Process host = world.processes().get(process);
        if (!protocol.has(Event.ELSEWHERE) || !host.alive()) {
            return;
        }
        for (ClaimRow claim : world.subjects().get(subject).claims()) {
            boolean known = world.runs().stream()
                    .anyMatch(run -> run.subject() == subject
                            && run.ticket() == claim.ticket()
                            && run.phase() != Phase.ON_ITS_WAY);
            if (claim.committed() && claim.lock() == Lock.NONE && claim.holder() == host.identity() && !known) {
                steps.accept(new Step(
                        "another claimer gives ticket " + claim.ticket() + " back, of which runtime " + process
                                + " knows nothing",
                        refused(world, subject, claim).subject(subject, row -> row.without(claim::equals))));
            }
        }
    }

    private World refused(World world, int subject, ClaimRow claim) {
        return protocol.lacks(Broken.LATE_RUNS_ARE_TAKEN)
                ? world
                : world.runs(world.runs().stream()
                        .filter(run -> run.subject() != subject || run.ticket() != claim.ticket())
                        .toList());
    }
}
