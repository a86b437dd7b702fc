package org.turing.runtime.actors.registry;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.ShardedTaskTypes;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeKeeper;
import org.turing.runtime.domain.TaskType;

/**
 * The task types that are wanted, where in the cluster each lives, and which are paused. Who is wanted is told what is
 * registered until it has said that it is there. Owned by the registry.
 */
final class Members {

    /**
     * A task type that is wanted, or that lives although it is not.
     *
     * @param wanted its row; null if it is not wanted
     * @param ref where it lives; null while it has not said so
     */
    record Member(
            String name,
            @Nullable TaskType wanted,
            @Nullable ActorRef<TaskTypeActor.Command> ref) {

        /** Reaches it if it lives. */
        void tell(TaskTypeActor.Command message) {
            if (ref != null) {
                ref.tell(message);
            }
        }

        private boolean needs(String model) {
            return wanted != null && model.equals(wanted.requiresModel());
        }

        private Member at(@Nullable ActorRef<TaskTypeActor.Command> now) {
            return new Member(name, wanted, now);
        }
    }

    private final ActorContext<TaskTypes.Command> context;
    private final ShardedTaskTypes entities;
    private final Map<Long, Member> members = new TreeMap<>();
    private Set<Long> paused = Set.of();

    Members(ActorContext<TaskTypes.Command> context, ShardedTaskTypes entities) {
        this.context = context;
        this.entities = entities;
    }

    Map<Long, Member> all() {
        return Map.copyOf(members);
    }

    /**
     * Who is wanted now: each is told its row, and who is not among them retires.
     *
     * @param pausedNow the ids of those that people paused
     */
    void follow(Collection<TaskType> wanted, Set<Long> pausedNow) {
        paused = Set.copyOf(pausedNow);
        Map<Long, TaskType> byId = new HashMap<>();
        wanted.forEach(taskType -> byId.put(taskType.id(), taskType));
        Map.copyOf(members).forEach((id, member) -> {
            if (!byId.containsKey(id)) {
                retire(id, member);
            }
        });
        byId.forEach((id, taskType) -> {
            Member before = members.get(id);
            members.put(id, new Member(taskType.name(), taskType, before == null ? null : before.ref()));
            register(taskType);
        });
    }

    private void register(TaskType taskType) {
        TaskTypeActor.Command registration = new TaskTypeActor.Reconfigure(taskType, paused.contains(taskType.id()));
        Member member = members.get(taskType.id());
        if (member == null || member.ref() == null) {
            entities.tell(taskType.id(), registration);
        } else {
            member.tell(registration);
        }
    }

    private void retire(long id, Member member) {
        member.tell(new TaskTypeActor.Retire());
        if (member.ref() == null) {
            members.remove(id); // if it is about to begin, it says so and is told then
        } else {
            members.put(id, new Member(member.name(), null, member.ref()));
        }
    }

    /** A task type says that it is there. */
    void present(TaskTypeKeeper.Present present) {
        long id = present.taskTypeId();
        Member member = members.getOrDefault(id, new Member(present.name(), null, null));
        if (member.wanted() == null) {
            present.keeper().tell(new TaskTypeActor.Retire());
        }
        if (!present.keeper().equals(member.ref())) {
            members.put(id, member.at(present.keeper()));
            context.watchWith(present.keeper(), new TaskTypes.Gone(id, present.keeper()));
            if (member.wanted() != null) {
                register(member.wanted()); // what was told it before may have changed on the way
            }
        }
    }

    /** It has ended, or its node has. If it is wanted, it begins elsewhere. */
    void gone(TaskTypes.Gone gone) {
        Member member = members.get(gone.taskTypeId());
        if (member == null || !gone.keeper().equals(member.ref())) {
            return;
        }
        TaskType wanted = member.wanted();
        if (wanted == null) {
            members.remove(gone.taskTypeId());
        } else {
            members.put(gone.taskTypeId(), member.at(null));
            register(wanted);
        }
    }

    /** Tells those once more that have not said that they are there. */
    void remind() {
        members.values().stream()
                .filter(member -> member.ref() == null)
                .flatMap(member -> Stream.ofNullable(member.wanted()))
                .forEach(this::register);
    }

    /** Whether all that are wanted have said that they are there. */
    boolean complete() {
        return members.values().stream().noneMatch(member -> member.ref() == null);
    }

    /** The id of that one, by its name, else by its id. */
    Optional<Long> find(String nameOrId) {
        Optional<Long> named = members.entrySet().stream()
                .filter(entry -> entry.getValue().name().equals(nameOrId))
                .map(Map.Entry::getKey)
                .findFirst();
        return named.or(() -> members.keySet().stream()
                .filter(id -> Long.toString(id).equals(nameOrId))
                .findFirst());
    }

    /** Where that one lives; null while it has not said so. */
    @Nullable
    ActorRef<TaskTypeActor.Command> where(long taskTypeId) {
        Member member = members.get(taskTypeId);
        return member == null ? null : member.ref();
    }

    /** The ids of those that are paused. */
    Set<Long> paused() {
        return paused;
    }

    /** Tells that one, if it is one of these and lives. */
    void tell(long taskTypeId, TaskTypeActor.Command message) {
        Member member = members.get(taskTypeId);
        if (member != null) {
            member.tell(message);
        }
    }

    /** Tells those that need that model. */
    void tellThoseOf(String model, TaskTypeActor.Command message) {
        members.values().stream().filter(member -> member.needs(model)).forEach(member -> member.tell(message));
    }

    /** These are paused or resumed, which is written down. */
    void steer(Set<Long> taskTypeIds, boolean pause) {
        Set<Long> now = new HashSet<>(paused);
        if (pause) {
            now.addAll(taskTypeIds);
        } else {
            now.removeAll(taskTypeIds);
        }
        paused = Set.copyOf(now);
        taskTypeIds.forEach(id -> tell(id, pause ? new TaskTypeActor.Pause() : new TaskTypeActor.Resume()));
    }
}
