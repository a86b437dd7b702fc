package org.turing.runtime.app.settings;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.actors.cluster.HostPort;
import org.turing.runtime.actors.cluster.Role;
import org.turing.runtime.actors.cluster.TlsFiles;

/** Reads {@code turing.cluster} and {@code turing.host}, and refuses what can't work together. */
final class ClusterSource {

    private static final String HOST = "turing.cluster.host";
    private static final String BIND_HOST = "turing.cluster.bind-host";
    private static final String SEEDS = "turing.cluster.seeds";
    private static final String ROLES = "turing.cluster.roles";
    static final String CERTIFICATE = "turing.cluster.tls.certificate";
    static final String KEY = "turing.cluster.tls.key";
    static final String CA = "turing.cluster.tls.ca";
    private static final String DB_URL = "turing.db.url";
    private static final String A_HOST = "must be a name or an address, an IPv6 address in brackets";
    /** What makes a cluster of one of whatever is configured. */
    static final Map<String, String> OF_ONE = Map.of(
            HOST,
            "127.0.0.1",
            BIND_HOST,
            "",
            "turing.cluster.port",
            "0",
            SEEDS,
            "",
            ROLES,
            "control,worker",
            CERTIFICATE,
            "",
            KEY,
            "",
            CA,
            "");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private final SettingsReader reader;

    ClusterSource(SettingsReader reader) {
        this.reader = reader;
    }

    /** @param ownDatabase whether the database is the embedded one */
    ClusterSettings cluster(boolean ownDatabase) {
        String host = reader.text(HOST, ClusterSource::isHost, A_HOST);
        String bindHost = reader.text(BIND_HOST, text -> text.isEmpty() || isHost(text), A_HOST + ", or empty");
        List<HostPort> seeds = seeds();
        refuseWhatCantForm(host, seeds, ownDatabase);
        return new ClusterSettings(
                host,
                bindHost.isEmpty() ? null : bindHost,
                reader.number("turing.cluster.port", 0, 65_535),
                seeds,
                roles(seeds.isEmpty()),
                reader.duration("turing.cluster.stable-after", Duration.ofMillis(500), Duration.ofMinutes(5)),
                tls());
    }

    HostSettings host() {
        String name = reader.text(
                "turing.cluster.name",
                text -> text.isEmpty() || NAME.matcher(text).matches(),
                "must be letters, digits, dots, hyphens and underscores, at most 63, or empty");
        int cores = reader.number("turing.host.cores", 0, 100_000);
        return new HostSettings(
                name.isEmpty() ? null : name,
                new LinkedHashSet<>(reader.texts("turing.host.models")),
                new GpuList(reader, "turing.host.gpus").read(),
                cores == 0 ? null : cores);
    }

    private List<HostPort> seeds() {
        List<String> texts = reader.texts(SEEDS);
        try {
            return texts.stream().map(HostPort::of).toList();
        } catch (IllegalArgumentException malformed) {
            reader.refuse(
                    SEEDS,
                    SEEDS,
                    "must be a list of host:port, such as [\"node-1:7627\"], with a port from 1 to 65535 each ("
                            + malformed.getMessage() + ")");
            return List.of();
        }
    }

    private Set<Role> roles(boolean alone) {
        List<String> texts = reader.texts(ROLES);
        Set<String> known = Stream.of(Role.values()).map(Role::inConfig).collect(Collectors.toSet());
        if (texts.isEmpty() || !known.containsAll(texts)) {
            reader.refuse(ROLES, ROLES, "must be control, worker or both");
            return Set.of(Role.values());
        }
        if (alone && !texts.containsAll(known)) {
            reader.refuse(
                    ROLES,
                    SEEDS,
                    "must be both, control and worker, as long as turing.cluster.seeds is empty: nobody else is there for"
                            + " the rest");
        }
        return texts.stream().map(Role::ofConfig).collect(Collectors.toSet());
    }

    private void refuseWhatCantForm(String host, List<HostPort> seeds, boolean ownDatabase) {
        if (seeds.isEmpty()) {
            return;
        }
        if (ownDatabase) {
            reader.refuse(
                    SEEDS,
                    DB_URL,
                    "needs a database that all nodes share, and one that is embedded ends with its runtime. Fix: set"
                            + " turing.db.url to a PostgreSQL server, the same on every node, or leave the seeds out");
        } else if (HostPort.isLoopback(host) && seeds.stream().anyMatch(seed -> !seed.isLoopback())) {
            reader.refuse(
                    HOST,
                    SEEDS,
                    "can't be reached from the other machines that turing.cluster.seeds names. Fix: set it to the name"
                            + " or address by which they reach this one");
        }
    }

    private @Nullable TlsFiles tls() {
        Duration reloadEvery =
                reader.duration("turing.cluster.tls.reload-every", Duration.ofSeconds(1), Duration.ofDays(1));
        List<String> keys = List.of(CERTIFICATE, KEY, CA);
        List<String> missing = keys.stream().filter(key -> file(key).isEmpty()).toList();
        if (missing.size() == keys.size()) {
            return null;
        }
        missing.forEach(key -> reader.refuse(
                key,
                key,
                "is missing: TLS takes a certificate, its key and the CA's certificate. Fix: set all three, or none for"
                        + " connections in the clear"));
        return missing.isEmpty() ? checked(reloadEvery) : null;
    }

    private TlsFiles checked(Duration reloadEvery) {
        TlsFiles files = new TlsFiles(reader.path(CERTIFICATE), reader.path(KEY), reader.path(CA), reloadEvery);
        TlsCheck.Problem problem = new TlsCheck(files).find();
        if (problem != null) {
            reader.refuse(problem.key(), problem.key(), problem.what());
        }
        return files;
    }

    private String file(String key) {
        Predicate<String> anything = text -> true;
        return reader.text(key, anything, "must be a path or empty");
    }

    /** A host is what an address may have in front of a port. */
    private static boolean isHost(String text) {
        try {
            return HostPort.of(text + ":1").host().equals(text);
        } catch (IllegalArgumentException notAHost) {
            return false;
        }
    }
}
