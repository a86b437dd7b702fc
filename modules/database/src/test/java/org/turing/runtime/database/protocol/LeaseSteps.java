package org.turing.runtime.database.protocol;

import java.util.List;
import java.util.function.Consumer;
import org.turing.runtime.database.protocol.Protocol.Broken;
import org.turing.runtime.database.protocol.Protocol.Event;
import org.turing.runtime.database.protocol.World.ClaimRow;
import org.turing.runtime.database.protocol.World.Ended;
import org.turing.runtime.database.protocol.World.Kept;
import org.turing.runtime.database.protocol.World.Lease;
import org.turing.runtime.database.protocol.World.Lock;
import org.turing.runtime.database.protocol.World.Memory;
import org.turing.runtime.database.protocol.World.Phase;
import org.turing.runtime.database.protocol.World.Process;
import org.turing.runtime.database.protocol.World.Run;
import org.turing.runtime.database.protocol.World.Status;

/**
 * Leases and the end of runtimes: JdbcRuntimeLease and Rescue. A renewal in time changes nothing that matters here, so
 * it is the absence of a lapse.
 */
final class LeaseSteps {

    private final Protocol protocol;

    LeaseSteps(Protocol protocol) {
        this.protocol = protocol;
    }

    void of(World world, Consumer<Step> steps) {
        for (int process = 0; process < world.processes().size(); process++) {
            ofProcess(world, process, steps);
        }
        for (int identity = 1; identity <= world.leases().size(); identity++) {
            if (world.lease(identity) == Lease.STANDING) {
                World after = world.lease(identity, Lease.LAPSED);
                steps.accept(new Step("the lease of identity " + identity + " lapses", after));
            }
        }
        World rescued = rescue(world);
        if (!rescued.equals(world)) {
            steps.accept(new Step("a reaper rescues", rescued));
        }
    }

    private void ofProcess(World world, int process, Consumer<Step> steps) {
        Process runtime = world.processes().get(process);
        boolean more = world.leases().size() < protocol.identities();
        if (!runtime.alive()) {
            if (more) {
                int next = world.leases().size() + 1;
                steps.accept(new Step(
                        "runtime " + process + ": starts again as identity " + next,
                        world.newLease().process(process, before -> before.as(next))));
                World proven = free(world.lease(-runtime.identity(), Lease.ENDED))
                        .newLease()
                        .process(process, before -> before.as(next));
                steps.accept(new Step(
                        "runtime " + process + ": starts again as identity " + next + " with the folder's lock",
                        proven));
            }
            return;
        }
        if (protocol.has(Event.CRASHES)) {
            steps.accept(new Step("runtime " + process + ": is killed", killed(world, process)));
        }
        if (more && world.lease(runtime.identity()) != Lease.STANDING) {
            // Its scripts should be dead by now; one that is late all the same keeps what it held.
            int next = world.leases().size() + 1;
            steps.accept(new Step(
                    "runtime " + process + ": learns that its lease lapsed and becomes identity " + next,
                    world.newLease().process(process, before -> before.as(next))));
        }
    }

    static World killed(World world, int process) {
        World after = ClaimSteps.rolledBack(world, process);
        for (Run run : world.runs()) {
            if (run.process() == process && run.phase() == Phase.HOLDING) {
                after = after.subject(
                        run.subject(),
                        row -> row.replace(claim -> claim.ticket() == run.ticket(), claim -> claim.locked(Lock.NONE)));
            }
        }
        return after.process(process, before -> before.as(-before.identity()))
                .runs(world.runs().stream()
                        .filter(run -> run.process() != process)
                        .toList());
    }

    /** Ends lapsed leases and frees what ended ones hold, in one transaction. */
    World rescue(World world) {
        World after = world;
        for (int identity = 1; identity <= world.leases().size(); identity++) {
            if (world.lease(identity) == Lease.LAPSED) {
                after = after.lease(identity, Lease.ENDED);
            }
        }
        return free(after);
    }

    private World free(World world) {
        List<Subject> subjects =
                world.subjects().stream().map(subject -> freed(world, subject)).toList();
        return new World(subjects, world.processes(), world.leases(), world.runs());
    }

    private Subject freed(World world, Subject subject) {
        Subject after = subject;
        for (ClaimRow claim : subject.claims()) {
            boolean lost = protocol.lacks(Broken.RESCUE_BY_ELAPSED_TIME) || world.lease(claim.holder()) == Lease.ENDED;
            if (lost && claim.committed() && claim.lock() == Lock.NONE) {
                Subject told = after.without(claim::equals)
                        .ended(new Ended(claim.ticket(), Status.CANCELLED, claim.attempt(), 0, false));
                after = interrupted(RunSteps.traced(protocol, told), claim);
            }
        }
        return after;
    }

    /** Counted beside what was remembered, which stays as it was. */
    private Subject interrupted(Subject told, ClaimRow claim) {
        Memory memory = told.memory();
        if (protocol.lacks(Broken.INTERRUPTIONS_COST_ATTEMPTS)) {
            return told.remembers(memory.become(Kept.BACKING_OFF, claim.attempt()));
        }
        if (!protocol.has(Event.GUARDS)) {
            return told;
        }
        int counted = protocol.lacks(Broken.INTERRUPTIONS_NOT_COUNTED) ? 0 : 1;
        return told.past(told.past().interruptions(told.past().interruptions() + 1))
                .remembers(new Memory(
                        memory.kept(),
                        memory.attempt(),
                        memory.outcome(),
                        claim.ticket(),
                        memory.interruptions() + counted,
                        memory.visits()));
    }

    /** Everybody is killed, every lease lapses, and whoever comes next rescues. */
    World whenAllAreDead(World world) {
        World after = world;
        for (int process = 0; process < world.processes().size(); process++) {
            if (world.processes().get(process).alive()) {
                after = killed(after, process);
            }
        }
        for (int identity = 1; identity <= world.leases().size(); identity++) {
            after = after.lease(identity, Lease.ENDED);
        }
        return free(after);
    }
}
