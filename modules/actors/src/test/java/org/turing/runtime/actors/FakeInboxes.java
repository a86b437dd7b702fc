package org.turing.runtime.actors;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.InboxFault;
import org.turing.runtime.ports.InboxShape;
import org.turing.runtime.ports.Inboxes;

/** The inboxes of a {@link FakeWorld}: the subjects in a declared status that its ledger leaves free. */
final class FakeInboxes implements Inboxes {
    private final FakeWorld world;
    private final FakeLedger ledger;

    FakeInboxes(FakeWorld world, FakeLedger ledger) {
        this.world = world;
        this.ledger = ledger;
    }

    @Override
    public InboxShape examine(TaskType taskType) throws InboxFault {
        world.weather();
        world.examinations.incrementAndGet();
        world.onExamine.accept(taskType);
        if (taskType.scriptPath().contains("bad-query")) {
            throw new InboxFault("task type '" + taskType.name() + "': work_query failed: syntax error");
        }
        return new InboxShape(
                taskType.scriptPath(), "id", "text", "owl", false, Set.of(FakeWorld.TABLE), false, false, null);
    }

    @Override
    public Found find(TaskType taskType, InboxShape shape, int wanted, Set<String> only) throws InboxFault {
        world.weather();
        if (taskType.scriptPath().contains("endless-query")) {
            throw new InboxFault("task type '" + taskType.name() + "': work_query failed: ran too long");
        }
        world.looks.incrementAndGet();
        world.roundTrips.incrementAndGet();
        if (!shape.query().equals(taskType.scriptPath())) {
            world.mismatches.add(taskType.scriptPath() + " by " + shape.query());
        }
        List<Candidate> all;
        synchronized (world) {
            all = inboxOf(taskType, only);
        }
        world.onFind.accept(taskType);
        synchronized (world) {
            List<Candidate> some = all.subList(0, Math.min(wanted, all.size()));
            return new Found(some, "1:1:", all.size() > some.size(), false, 0, 0);
        }
    }

    @Override
    public Map<Long, Found> emptyAmong(List<Look> looks) {
        world.weather();
        world.looks.addAndGet(looks.size());
        world.looksTogether.incrementAndGet();
        world.roundTrips.incrementAndGet();
        Map<Long, Found> empty = new HashMap<>();
        synchronized (world) {
            for (Look look : looks) {
                if (inboxOf(look.taskType(), look.only()).isEmpty()) {
                    empty.put(look.taskType().id(), new Found(List.of(), "1:1:", false, false, 0, 0));
                }
            }
        }
        world.onLookTogether.run();
        return empty;
    }

    @Override
    public Candidate named(TaskType taskType, InboxShape shape, String subjectId) {
        world.weather();
        synchronized (world) {
            List<Candidate> found = inboxOf(taskType, Set.of(subjectId));
            return found.isEmpty() ? new Candidate(new Subject("owl", subjectId), "{}") : found.get(0);
        }
    }

    @Override
    public Set<String> present(TaskType taskType, InboxShape shape, Collection<String> ids) {
        return Set.of();
    }

    @Override
    public long count(TaskType taskType, InboxShape shape, int atMost) {
        world.weather();
        synchronized (world) {
            return inboxOf(taskType, Set.of()).size();
        }
    }

    private List<Candidate> inboxOf(TaskType taskType, Set<String> only) {
        return world.subjectsIn(taskType.declaredInbox().inboxStatus()).stream()
                .filter(id -> only.isEmpty() || only.contains(id))
                .filter(id -> ledger.free(taskType, id))
                .map(id -> new Candidate(new Subject("owl", id), world.row))
                .toList();
    }
}
