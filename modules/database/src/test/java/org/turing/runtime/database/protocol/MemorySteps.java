package org.turing.runtime.database.protocol;

import java.util.Set;
import java.util.function.Consumer;
import org.turing.runtime.database.protocol.Protocol.Broken;
import org.turing.runtime.database.protocol.Protocol.Event;
import org.turing.runtime.database.protocol.Subject.Past;
import org.turing.runtime.database.protocol.World.Ended;
import org.turing.runtime.database.protocol.World.Kept;
import org.turing.runtime.database.protocol.World.Memory;
import org.turing.runtime.database.protocol.World.Place;
import org.turing.runtime.database.protocol.World.Settling;
import org.turing.runtime.database.protocol.World.Status;

/** What changes between tickets: Settlement, Retry, and the user's own hand on the status. */
final class MemorySteps {

    private static final Set<Kept> REVIVED =
            Set.of(Kept.DEAD, Kept.STAYED, Kept.SKIPPED, Kept.SET_ASIDE, Kept.BACKING_OFF);

    private final Protocol protocol;

    MemorySteps(Protocol protocol) {
        this.protocol = protocol;
    }

    void of(World world, int subject, Consumer<Step> steps) {
        Subject row = world.subjects().get(subject);
        if (row.userMoves() > 0) {
            Place to = row.place() == Place.INBOX ? Place.ELSEWHERE : Place.INBOX;
            steps.accept(new Step(
                    "the user moves subject " + subject + " to " + to,
                    world.subject(subject, before -> before.at(to).left(before.userMoves() - 1, before.retries()))));
        }
        if (row.retries() > 0 && REVIVED.contains(row.memory().kept())) {
            steps.accept(new Step("somebody retries subject " + subject, world.subject(subject, MemorySteps::revived)));
        }
        if (protocol.has(Event.SETTLING)) {
            settle(world, subject, row, steps);
        }
    }

    private static Subject revived(Subject row) {
        Memory memory = row.memory();
        return row.remembers(new Memory(Kept.LEFT, 0, memory.outcome(), memory.ticket(), 0, 0))
                .past(Past.NONE)
                .left(row.userMoves(), row.retries() - 1);
    }

    private void settle(World world, int subject, Subject row, Consumer<Step> steps) {
        Settling settling = row.settling();
        Memory memory = row.memory();
        if (settling == null) {
            boolean doubted = memory.kept() == Kept.FINISHED
                    || memory.kept() == Kept.STAYED
                    || memory.kept() == Kept.SKIPPED
                    || memory.kept() == Kept.BACKING_OFF && !row.claimed();
            if (doubted) {
                Settling read = new Settling(memory.kept(), memory.ticket(), null);
                steps.accept(new Step(
                        "a settler reads that subject " + subject + " is " + memory.kept(),
                        world.subject(subject, before -> before.settling(read))));
            }
        } else if (settling.present() == null) {
            Settling asked = new Settling(settling.kept(), settling.ticket(), row.place() == Place.INBOX);
            steps.accept(new Step(
                    "the settler asks the inbox for subject " + subject,
                    world.subject(subject, before -> before.settling(asked))));
        } else if (!waits(row, settling)) {
            steps.accept(new Step(
                    "the settler writes what it learned of subject " + subject,
                    world.subject(
                            subject,
                            before -> settled(before, settling, settling.present())
                                    .settling(null))));
        }
    }

    /** What is to be overtaken holds a claim for a moment, which waits for one that is not yet committed. */
    private boolean waits(Subject row, Settling settling) {
        return settling.kept() == Kept.BACKING_OFF
                && !protocol.lacks(Broken.OVERTAKEN_BESIDE_A_CLAIM)
                && row.claims().stream().anyMatch(claim -> !claim.committed());
    }

    private Subject settled(Subject row, Settling settling, boolean present) {
        Memory memory = row.memory();
        if (memory.kept() != settling.kept() || memory.ticket() != settling.ticket()) {
            return row;
        }
        if (memory.kept() == Kept.BACKING_OFF) {
            boolean claimed = row.claimed() && !protocol.lacks(Broken.OVERTAKEN_BESIDE_A_CLAIM);
            return present || claimed || row.tickets() >= protocol.tickets() ? row : overtaken(row);
        }
        if (present) {
            return row.remembers(memory.become(memory.kept() == Kept.FINISHED ? Kept.STAYED : memory.kept(), 0));
        }
        return row.remembers(memory.become(Kept.LEFT, 0));
    }

    private Subject overtaken(Subject row) {
        Memory memory = row.memory();
        Subject told = row.oneTicketMore();
        Subject ended = told.ended(new Ended(told.tickets(), Status.OVERTAKEN, 1, 0, false))
                .past(new Past(0, 0, row.past().visits(), false))
                .remembers(new Memory(Kept.LEFT, 0, memory.outcome(), memory.ticket(), 0, memory.visits()));
        return RunSteps.traced(protocol, ended);
    }
}
