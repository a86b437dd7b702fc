package org.turing.runtime.actors.work;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.work.WorkerHost.SlotId;
import org.turing.runtime.domain.Model;

/**
 * Which models this host has in memory, as far as is known: what the models' servers on this machine say while slots
 * are at work here, and for {@link #KEPT} looks after that. Nobody is asked when nothing runs. A server elsewhere is
 * the same one for every host, so that it gives no reason to prefer one; nor does one that does not answer. Owned by a
 * worker host.
 */
final class LoadedModels {

    /** Whoever follows this host hears of changes no more often than it looks. */
    static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /** Five minutes: as long as Ollama keeps a model that nobody uses, unless it is told otherwise. */
    static final long KEPT = Duration.ofMinutes(5).dividedBy(LOOK_EVERY);

    private static final Pattern THIS_MACHINE =
            Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);

    /** What a server said when it was asked last, at that look. */
    private record Said(Set<String> loaded, long look) {}

    private final ActorContext<WorkerHost.Command> context;
    private final RunsUnderWay running;
    private final Blocking servers;
    private final Map<String, URI> serverOf = new HashMap<>();
    private final Map<URI, Said> said = new HashMap<>();
    private final Set<URI> asked = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private Set<String> now = Set.of();
    private long looks;

    LoadedModels(ActorContext<WorkerHost.Command> context, RunsUnderWay running) {
        this.context = context;
        this.running = running;
        this.servers = Blocking.servers(context.getSystem());
    }

    /** The models, as the registry writes them. */
    Set<String> now() {
        return now;
    }

    /** What the registry says of models now. Returns whether others count as loaded than before. */
    boolean follow(List<Model> models) {
        serverOf.clear();
        models.forEach(model -> onThisMachine(model.server()).ifPresent(server -> serverOf.put(model.name(), server)));
        said.keySet().retainAll(serverOf.values());
        return changed();
    }

    /** A run on that slot is over. */
    void ended(@Nullable SlotId slot) {
        if (slot != null) {
            ended.add(slot.model());
        }
    }

    /** Asks the servers of models that are or were at work since the last look. Returns like {@link #follow}. */
    boolean look() {
        looks++;
        Set<String> used = running.models();
        used.addAll(ended);
        ended.clear();
        used.forEach(model -> {
            URI server = serverOf.get(model);
            if (server != null && asked.add(server)) {
                context.pipeToSelf(
                        servers.call(() -> ModelMemory.ask(server)),
                        (loaded, failure) -> new WorkerHost.LoadedSeen(server, failure == null ? loaded : Set.of()));
            }
        });
        said.values().removeIf(word -> looks - word.look() >= KEPT);
        return changed();
    }

    /** A server has answered. Returns like {@link #follow}. */
    boolean seen(WorkerHost.LoadedSeen seen) {
        asked.remove(seen.server());
        said.put(seen.server(), new Said(seen.loaded(), looks));
        return changed();
    }

    private boolean changed() {
        Set<String> before = now;
        now = serverOf.entrySet().stream()
                .filter(model -> has(said.get(model.getValue()), model.getKey()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
        return !now.equals(before);
    }

    /** Ollama calls a model that is written without a tag by its tag 'latest'. */
    private static boolean has(@Nullable Said word, String model) {
        return word != null && (word.loaded().contains(model) || word.loaded().contains(model + ":latest"));
    }

    /** The server's address, if it is one of this machine alone. */
    static Optional<URI> onThisMachine(@Nullable String server) {
        if (server == null) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(server.strip());
            boolean own =
                    uri.getHost() != null && THIS_MACHINE.matcher(uri.getHost()).matches();
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return own && http ? Optional.of(uri.resolve("/")) : Optional.empty();
        } catch (URISyntaxException notAnAddress) {
            return Optional.empty();
        }
    }
}
