package org.turing.runtime.database.protocol;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.database.protocol.Protocol.Broken;
import org.turing.runtime.database.protocol.Protocol.Event;
import org.turing.runtime.database.protocol.World.ClaimRow;
import org.turing.runtime.database.protocol.World.Claiming;
import org.turing.runtime.database.protocol.World.Ended;
import org.turing.runtime.database.protocol.World.Kept;
import org.turing.runtime.database.protocol.World.Lease;
import org.turing.runtime.database.protocol.World.Lock;
import org.turing.runtime.database.protocol.World.Memory;
import org.turing.runtime.database.protocol.World.Phase;
import org.turing.runtime.database.protocol.World.Place;
import org.turing.runtime.database.protocol.World.Process;
import org.turing.runtime.database.protocol.World.Run;
import org.turing.runtime.database.protocol.World.Status;

/** From a reading of the inbox to a claim: JdbcInboxes.find, ClaimStatement, giveBack. */
final class ClaimSteps {

    private final Protocol protocol;

    ClaimSteps(Protocol protocol) {
        this.protocol = protocol;
    }

    void of(World world, int process, int subject, Consumer<Step> steps) {
        Process runtime = world.processes().get(process);
        if (!runtime.alive()) {
            return;
        }
        String who = "runtime " + process + ": ";
        Claiming claiming = runtime.claiming().get(subject);
        int reading = runtime.readings().get(subject);
        boolean busy = claiming != null || hasInserted(world, process, subject);
        if (reading < 0) {
            look(world, process, subject, who, steps);
        } else if (!busy) {
            begin(world, process, subject, who, steps);
        }
        if (!busy && protocol.has(Event.HANDS)) {
            beginByHand(world, process, subject, who, steps);
        }
        if (claiming != null) {
            insert(world, process, subject, claiming, who, steps);
        }
        commit(world, process, subject, who, steps);
    }

    private void look(World world, int process, int subject, String who, Consumer<Step> steps) {
        Subject row = world.subjects().get(subject);
        if (row.place() == Place.INBOX && !row.claimed() && row.memory().eligible()) {
            int seen = row.history().size();
            steps.accept(new Step(
                    who + "finds subject " + subject,
                    world.process(process, runtime -> runtime.reading(subject, seen))));
        }
    }

    /** The first statement's snapshot. */
    private void begin(World world, int process, int subject, String who, Consumer<Step> steps) {
        Subject row = world.subjects().get(subject);
        if (row.tickets() >= protocol.tickets()) {
            return;
        }
        Process runtime = world.processes().get(process);
        for (Process host : protocol.has(Event.ELSEWHERE) ? world.processes() : List.of(runtime)) {
            boolean lease = host.alive() && world.lease(host.identity()) == Lease.STANDING;
            boolean unclaimed = protocol.lacks(Broken.NO_UNIQUE_CLAIM) || !row.claimed();
            if (lease
                    && unclaimed
                    && protocol.free(row.memory(), runtime.readings().get(subject))) {
                boolean alone = row.memory().interruptions() >= Protocol.ALONE_AFTER;
                Claiming claiming = new Claiming(
                        host.identity(), attempt(row.memory()), false, alone, protocol.refuses(row.memory()));
                steps.accept(new Step(
                        who + "begins to claim subject " + subject + (host == runtime ? "" : " for " + host.identity()),
                        world.process(process, before -> before.claiming(subject, claiming))));
            } else {
                steps.accept(new Step(who + "can't claim subject " + subject, forgotten(world, process, subject)));
            }
        }
    }

    /** Whatever is remembered; but not beside another claim, nor without a lease. */
    private void beginByHand(World world, int process, int subject, String who, Consumer<Step> steps) {
        Subject row = world.subjects().get(subject);
        int identity = world.processes().get(process).identity();
        boolean free = protocol.lacks(Broken.HANDS_TAKE_OVER) || !row.claimed();
        if (row.tickets() < protocol.tickets() && world.lease(identity) == Lease.STANDING && free) {
            Claiming claiming = new Claiming(identity, attempt(row.memory()), true, false, false);
            steps.accept(new Step(
                    who + "begins to claim subject " + subject + " by hand",
                    world.process(process, before -> before.claiming(subject, claiming))));
        }
    }

    private int attempt(Memory memory) {
        boolean counted = memory.kept() == Kept.BACKING_OFF && !protocol.lacks(Broken.ATTEMPTS_NOT_COUNTED);
        return counted ? memory.attempt() + 1 : 1;
    }

    /** The unique check: meets rows that the snapshot did not show, and waits for those not yet committed. */
    private void insert(World world, int process, int subject, Claiming claiming, String who, Consumer<Step> steps) {
        Subject row = world.subjects().get(subject);
        int reading = world.processes().get(process).readings().get(subject);
        if (claiming.refused()) {
            World after = world.subject(subject, before -> setAside(before, claiming, reading));
            steps.accept(new Step(who + "sets subject " + subject + " aside", forgotten(after, process, subject)));
            return;
        }
        boolean takesOver = claiming.byHand() && protocol.lacks(Broken.HANDS_TAKE_OVER);
        boolean checked = !protocol.lacks(Broken.NO_UNIQUE_CLAIM) && !takesOver;
        if (checked && row.claimed() || claiming.alone() && holdsASuspect(world, claiming.identity())) {
            steps.accept(new Step(who + "meets another's claim", forgotten(world, process, subject)));
        } else if (!checked || row.claims().isEmpty()) {
            ClaimRow inserted = new ClaimRow(
                    row.tickets() + 1,
                    claiming.identity(),
                    process,
                    claiming.attempt(),
                    claiming.byHand() ? -1 : reading,
                    claiming.alone(),
                    false,
                    Lock.NONE);
            World after = world.subject(
                            subject,
                            before -> before.oneTicketMore()
                                    .claims(Stream.concat(
                                                    takesOver ? Stream.of() : before.claims().stream(),
                                                    Stream.of(inserted))
                                            .toList()))
                    .process(process, before -> before.claiming(subject, null));
            steps.accept(new Step(who + "inserts ticket " + inserted.ticket() + " of subject " + subject, after));
        }
    }

    /** The index claims_one_alone. */
    private boolean holdsASuspect(World world, int identity) {
        return !protocol.lacks(Broken.SUSPECTS_TOGETHER)
                && world.subjects().stream()
                        .flatMap(row -> row.claims().stream())
                        .anyMatch(claim -> claim.alone() && claim.holder() == identity);
    }

    /** What a guard refused, unless it has another outcome by now. */
    private Subject setAside(Subject row, Claiming claiming, int reading) {
        boolean seen = row.memory().outcome() <= reading || protocol.lacks(Broken.SET_ASIDE_UNSEEN);
        boolean retried = !protocol.refuses(row.memory()) && !protocol.lacks(Broken.SET_ASIDE_AFTER_RETRY);
        if (!seen || retried && !protocol.lacks(Broken.SET_ASIDE_UNSEEN) || row.tickets() >= protocol.tickets()) {
            return row;
        }
        int ticket = row.tickets() + 1;
        Subject told = row.oneTicketMore().ended(new Ended(ticket, Status.CANCELLED, claiming.attempt(), 0, false));
        Memory memory = row.memory();
        return told.remembers(new Memory(
                Kept.SET_ASIDE,
                claiming.attempt() - 1,
                told.history().size(),
                ticket,
                memory.interruptions(),
                memory.visits()));
    }

    private static boolean hasInserted(World world, int process, int subject) {
        return uncommitted(world, process, subject) != null;
    }

    private static @Nullable ClaimRow uncommitted(World world, int process, int subject) {
        return world.subjects().get(subject).claims().stream()
                .filter(row -> !row.committed() && row.process() == process)
                .findFirst()
                .orElse(null);
    }

    /** The second statement's snapshot, the second look at a declared status, and the commit. */
    private void commit(World world, int process, int subject, String who, Consumer<Step> steps) {
        ClaimRow mine = uncommitted(world, process, subject);
        if (mine == null) {
            return;
        }
        Subject row = world.subjects().get(subject);
        boolean stale = !mine.byHand()
                && !protocol.lacks(Broken.NO_TAKING_BACK)
                && !protocol.free(row.memory(), mine.foundAt());
        boolean gone = !mine.byHand() && protocol.kind() == Protocol.Kind.DECLARED && row.place() != Place.INBOX;
        World after = forgotten(world, process, subject);
        if (stale || gone) {
            World taken = after.subject(subject, before -> before.without(mine::equals));
            steps.accept(new Step(who + "takes ticket " + mine.ticket() + " back", taken));
            return;
        }
        World claimed = after.subject(subject, before -> asked(before, mine).replace(mine::equals, ClaimRow::commit));
        int host = protocol.has(Event.ELSEWHERE) ? world.host(mine.holder()) : process;
        Phase phase = protocol.has(Event.ELSEWHERE) ? Phase.ON_ITS_WAY : Phase.CLAIMED;
        Run run = new Run(subject, host, mine.ticket(), mine.holder(), mine.attempt(), phase, 0);
        steps.accept(new Step(
                who + "claims subject " + subject + " with ticket " + mine.ticket(),
                host < 0 ? claimed : claimed.replace(run, run)));
    }

    /** A person's claim begins anew unless an attempt was due. */
    private static Subject asked(Subject row, ClaimRow mine) {
        if (!mine.byHand()) {
            return row;
        }
        Subject unanswered = row.past(row.past().unanswered());
        return row.memory().kept() == Kept.BACKING_OFF
                ? unanswered
                : unanswered.past(unanswered.past().failures(0));
    }

    void giveBack(World world, Run run, Consumer<Step> steps) {
        if (protocol.has(Event.GIVING_BACK) && run.phase() == Phase.CLAIMED) {
            World after = world.replace(run, null)
                    .subject(run.subject(), row -> row.without(claim -> claim.ticket() == run.ticket()));
            steps.accept(new Step("runtime " + run.process() + ": gives ticket " + run.ticket() + " back", after));
        }
    }

    private static World forgotten(World world, int process, int subject) {
        return world.process(process, before -> before.reading(subject, -1).claiming(subject, null));
    }

    /** What a process had not committed when it died, or what it was about to do. */
    static World rolledBack(World world, int process) {
        World after = world;
        for (int subject = 0; subject < world.subjects().size(); subject++) {
            after = forgotten(after, process, subject)
                    .subject(subject, row -> row.without(claim -> !claim.committed() && claim.process() == process));
        }
        List<Run> locking = world.runs().stream()
                .filter(run -> run.process() == process && run.locked() > 0)
                .toList();
        for (Run run : locking) {
            after = after.subject(
                    run.subject(),
                    row -> row.replace(claim -> claim.ticket() == run.locked(), claim -> claim.locked(Lock.NONE)));
        }
        return after;
    }
}
