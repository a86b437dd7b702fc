package org.turing.runtime.actors.registry;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.tasktype.ShardedTaskTypes;
import org.turing.runtime.actors.tasktype.TaskTypeActor;
import org.turing.runtime.actors.tasktype.TaskTypeActor.Reconfigure;
import org.turing.runtime.actors.tasktype.TaskTypeKeeper;
import org.turing.runtime.domain.TaskType;

/**
 * The task types that are wanted, where in the cluster each lives, and which are paused. Each is told what is
 * registered when that has changed; who says that it is there says what it was told last, so that what was lost is told
 * once more. Owned by the registry.
 */
final class Members {

    /**
     * A task type that is wanted, or that lives although it is not.
     *
     * @param wanted what it is to be told; null if it is not wanted
     * @param ref where it lives; null while it has not said so
     */
    record Member(
            String name,
            @Nullable Reconfigure wanted,
            @Nullable ActorRef<TaskTypeActor.Command> ref) {

        /** Reaches it if it lives. */
        void tell(TaskTypeActor.Command message) {
            if (ref != null) {
                ref.tell(message);
            }
        }

        private boolean needsAny() {
            return wanted != null && wanted.taskType().requiresModel() != null;
        }

        private boolean needs(String model) {
            return wanted != null && model.equals(wanted.taskType().requiresModel());
        }

        private Member at(@Nullable ActorRef<TaskTypeActor.Command> now) {
            return new Member(name, wanted, now);
        }

        private boolean isTold(TaskType taskType, boolean paused) {
            return wanted != null && wanted.taskType().equals(taskType) && wanted.paused() == paused;
        }
    }

    private final ActorContext<TaskTypes.Command> context;
    private final ShardedTaskTypes entities;
    private final Map<Long, Member> members = new TreeMap<>();
    private Set<Long> paused = Set.of();
    /** Begins anywhere: a former registry had versions of its own. */
    private long versions = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2);

    Members(ActorContext<TaskTypes.Command> context, ShardedTaskTypes entities) {
        this.context = context;
        this.entities = entities;
    }

    Map<Long, Member> all() {
        return Map.copyOf(members);
    }

    /** Those that need a model. */
    Map<Long, Member> needingAny() {
        return members.entrySet().stream()
                .filter(each -> each.getValue().needsAny())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The ids of those that are paused. */
    Set<Long> paused() {
        return paused;
    }

    /**
     * Who is wanted now: each is told its row, and who is not among them retires.
     *
     * @param pausedNow the ids of those that people paused
     */
    void follow(Collection<TaskType> wanted, Set<Long> pausedNow) {
        paused = Set.copyOf(pausedNow);
        Set<Long> ids = wanted.stream().map(TaskType::id).collect(Collectors.toSet());
        Map.copyOf(members).forEach((id, member) -> {
            if (!ids.contains(id)) {
                retire(id, member);
            }
        });
        wanted.forEach(this::follow);
    }

    private void follow(TaskType taskType) {
        Member before = members.get(taskType.id());
        boolean pause = paused.contains(taskType.id());
        if (before == null || !before.isTold(taskType, pause)) {
            versions++;
            Reconfigure registration = new Reconfigure(taskType, pause, versions);
            register(new Member(taskType.name(), registration, before == null ? null : before.ref()));
        }
    }

    private void register(Member member) {
        Reconfigure registration = member.wanted();
        if (registration == null) {
            return;
        }
        long id = registration.taskType().id();
        members.put(id, member);
        if (member.ref() == null) {
            entities.tell(id, registration);
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
        Member before = members.getOrDefault(id, new Member(present.name(), null, null));
        Member now = before.at(present.keeper());
        members.put(id, now);
        if (!now.equals(before)) {
            context.watchWith(present.keeper(), new TaskTypes.Gone(id, present.keeper()));
        }
        Reconfigure wanted = now.wanted();
        if (wanted == null) {
            now.tell(new TaskTypeActor.Retire());
        } else if (present.version() != wanted.version()) {
            now.tell(wanted);
        }
    }

    /** It has ended, or its node has. If it is wanted, it begins elsewhere. */
    void gone(TaskTypes.Gone gone) {
        Member member = members.get(gone.taskTypeId());
        if (member == null || !gone.keeper().equals(member.ref())) {
            return;
        }
        if (member.wanted() == null) {
            members.remove(gone.taskTypeId());
        } else {
            register(member.at(null));
        }
    }

    /** Tells those once more that have not said that they are there. */
    void remind() {
        all().values().stream().filter(member -> member.ref() == null).forEach(this::register);
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
        all().values().stream()
                .flatMap(member -> Stream.ofNullable(member.wanted()))
                .map(Reconfigure::taskType)
                .forEach(this::follow);
        if (!pause) {
            taskTypeIds.forEach(id -> tell(id, new TaskTypeActor.Resume())); // also of one that was not paused
        }
    }
}
