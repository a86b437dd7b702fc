package org.turing.runtime.app.settings;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.actors.cluster.ClusterSettings;
import org.turing.runtime.actors.work.Unwritten;
import org.turing.runtime.database.DatabaseFault;
import org.turing.runtime.database.DatabaseSettings;
import org.turing.runtime.database.Guards;
import org.turing.runtime.database.Login;
import org.turing.runtime.domain.breaker.BreakerSettings;
import org.turing.runtime.embedded.SecretFile;
import org.turing.runtime.monitoring.http.HttpSettings;
import org.turing.runtime.scripts.EnvironmentRules;
import org.turing.runtime.scripts.ScriptSettings.Drift;
import org.turing.runtime.scripts.ScriptSettings.Limits;

/**
 * Every setting of the program, checked. The keys, their units and extremes are told in reference.conf.
 *
 * @param data the data folder, absolute
 * @param database the database
 * @param scripts the scripts folder and Python
 * @param cluster this node's place in its cluster
 * @param host what this machine offers
 * @param http the HTTP API
 * @param jmxPort port of a JMX connector on loopback, 0 for any free one, null for none
 * @param ledger leases and history
 * @param work the pace of work
 * @param breakers when circuit breakers open, and for how long
 * @param log the log
 * @param config everything that was read, for the libraries that take their own settings from it and may log it: less
 *     what holds a password
 */
public record Settings(
        Path data,
        DatabaseSource database,
        ScriptsSettings scripts,
        ClusterSettings cluster,
        HostSettings host,
        HttpSettings http,
        @Nullable Integer jmxPort,
        LedgerSettings ledger,
        WorkSettings work,
        BreakerSettings breakers,
        LogSettings log,
        Config config) {

    /** Settings that make a cluster of one of whatever is configured. */
    public static final Map<String, String> CLUSTER_OF_ONE = ClusterSource.OF_ONE;

    private static final long LEAST_MEMORY = 64L << 20;
    private static final long MOST_MEMORY = 1L << 50;
    private static final Predicate<String> ANYTHING = text -> true;
    private static final String A_TEXT = "must be a text";
    private static final String URL = "turing.db.url";
    private static final String DIRECT_URL = "turing.db.direct-url";
    private static final String NAME_RULE =
            "must be lower-case letters, digits and underscores, at most 63, and not start with a digit or pg_";
    private static final Predicate<String> SCHEMA =
            Pattern.compile("(?!pg_)[a-z_][a-z0-9_]{0,62}").asMatchPredicate();

    /**
     * Reads and checks all sources.
     *
     * @throws SettingsException if anything is wrong with them; names every problem
     */
    public static Settings load(SettingsSources sources) throws SettingsException {
        Config config = SettingsLayers.merge(sources);
        SettingsReader reader = new SettingsReader(config);
        Path data = reader.path("turing.data");
        DatabaseSource database = database(reader, data);
        ClusterSource cluster = new ClusterSource(reader);
        Settings settings = new Settings(
                data,
                database,
                scripts(reader),
                cluster.cluster(reader.text(URL, ANYTHING, A_TEXT).isEmpty()),
                cluster.host(),
                http(reader),
                jmxPort(reader),
                ledger(reader),
                work(reader),
                breakers(reader),
                log(reader, data),
                config.withoutPath(URL)
                        .withoutPath(DIRECT_URL)
                        .withoutPath("turing.db.password")
                        .withoutPath("turing.db.reader-password")
                        .withoutPath("turing.scripts.environment.add"));
        reader.throwIfAnythingIsWrong();
        return settings;
    }

    private static DatabaseSource database(SettingsReader reader, Path data) {
        SecretFile readerFile = DatabaseSource.readerFile(data);
        String readerRole = reader.text("turing.db.reader-user", SCHEMA, NAME_RULE);
        DatabaseSource embedded = new DatabaseSource(
                null,
                reader.text("turing.db.schema", SCHEMA, NAME_RULE),
                reader.number("turing.db.ledger-connections", 2, 1000),
                reader.number("turing.db.query-connections", 1, 1000),
                reader.duration("turing.db.query-timeout", Duration.ofMillis(100), Duration.ofHours(1)),
                reader.duration("turing.db.ledger-timeout", Duration.ofSeconds(1), Duration.ofHours(1)),
                readerRole,
                readerFile,
                login(reader, readerRole, readerFile));
        return embedded.withExternal(external(reader, embedded));
    }

    /** What is configured beats what 'init --grant' left. */
    private static @Nullable Login login(SettingsReader reader, String role, SecretFile file) {
        String password = reader.text("turing.db.reader-password", ANYTHING, A_TEXT);
        return password.isEmpty()
                ? file.read().map(kept -> new Login(role, kept)).orElse(null)
                : new Login(role, password);
    }

    private static @Nullable DatabaseSettings external(SettingsReader reader, DatabaseSource source) {
        String url = reader.text(URL, ANYTHING, A_TEXT);
        String direct = reader.text(DIRECT_URL, ANYTHING, A_TEXT);
        String user = reader.text("turing.db.user", ANYTHING, A_TEXT);
        String password = reader.text("turing.db.password", ANYTHING, A_TEXT);
        if (url.isEmpty()) {
            refuseUnlessEmpty(reader, "turing.db.user", user);
            refuseUnlessEmpty(reader, "turing.db.password", password);
            refuseUnlessEmpty(reader, DIRECT_URL, direct);
            return null;
        }
        if (!SCHEMA.test(source.schema())) {
            return null;
        }
        String read = URL;
        try {
            DatabaseSettings settings =
                    source.applied(DatabaseSettings.of(url, emptyAsNull(user), emptyAsNull(password), source.schema()));
            read = DIRECT_URL;
            return direct.isEmpty() ? settings : settings.withDirect(direct);
        } catch (DatabaseFault notUnderstood) {
            reader.refuse(
                    read,
                    read,
                    "must be jdbc:postgresql://host:port/name or postgresql://user:password@host:port/name, with what"
                            + " has a meaning of its own there written as %40 (@), %2F (/), %3A (:), %3F (?) or %25 (%)");
            return null;
        }
    }

    private static void refuseUnlessEmpty(SettingsReader reader, String key, String value) {
        if (!value.isEmpty()) {
            reader.refuse(key, URL, "must be empty as long as turing.db.url is, or would do nothing");
        }
    }

    private static @Nullable String emptyAsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static ScriptsSettings scripts(SettingsReader reader) {
        return new ScriptsSettings(
                reader.path("turing.scripts.folder"),
                reader.text("turing.scripts.python", text -> !text.isBlank(), "must be a name on the PATH or a path"),
                reader.duration("turing.scripts.start-limit", Duration.ofSeconds(1), Duration.ofDays(1)),
                reader.oneOf("turing.scripts.drift", List.of("warn", "refuse")).equals("refuse")
                        ? Drift.REFUSE
                        : Drift.WARN,
                new EnvironmentRules(
                        reader.oneOf("turing.scripts.environment.mode", List.of("inherit", "strict"))
                                .equals("strict"),
                        reader.texts("turing.scripts.environment.pass"),
                        reader.texts("turing.scripts.environment.secrets"),
                        reader.variables("turing.scripts.environment.add")),
                limits(reader));
    }

    private static Limits limits(SettingsReader reader) {
        long memory = reader.bytes("turing.scripts.limits.memory", LEAST_MEMORY, MOST_MEMORY, true);
        long openFiles = reader.bytes("turing.scripts.limits.open-files", 16, 1 << 20, true);
        return new Limits(
                (int) reader.bytes("turing.scripts.limits.log", 1 << 10, 16 << 20, false),
                (int) reader.bytes("turing.scripts.limits.result", 1 << 10, 64 << 20, false),
                Limits.DEFAULT.subjectsPerWorker(),
                memory == 0 ? null : memory,
                openFiles == 0 ? null : (int) openFiles);
    }

    private static HttpSettings http(SettingsReader reader) {
        String host = reader.text("turing.http.host", text -> !text.isBlank(), "must be an address or a name");
        return new HttpSettings(host.isEmpty() ? "localhost" : host, reader.number("turing.http.port", 0, 65_535));
    }

    private static @Nullable Integer jmxPort(SettingsReader reader) {
        int port = reader.number("turing.jmx.port", -1, 65_535);
        return port < 0 ? null : port;
    }

    private static LedgerSettings ledger(SettingsReader reader) {
        Duration lease = reader.duration("turing.ledger.lease", Duration.ofSeconds(2), Duration.ofHours(1));
        Duration renewEvery =
                reader.duration("turing.ledger.renew-every", Duration.ofMillis(500), Duration.ofMinutes(30));
        if (renewEvery.multipliedBy(2).compareTo(lease) > 0) {
            reader.refuse(
                    "turing.ledger.renew-every", "turing.ledger.lease", "must be at most half of turing.ledger.lease");
        }
        return new LedgerSettings(
                lease,
                renewEvery,
                reader.duration("turing.ledger.retention", Duration.ofDays(1), Duration.ofDays(3650)),
                new Unwritten.Bounds(
                        reader.number("turing.ledger.unwritten-outcomes", 100, 1_000_000),
                        (long) reader.number("turing.ledger.unwritten-megabytes", 1, 65_536) << 20));
    }

    private static WorkSettings work(SettingsReader reader) {
        Duration shortest = reader.duration("turing.work.poll-shortest", Duration.ofMillis(10), Duration.ofHours(1));
        Duration longest = reader.duration("turing.work.poll-longest", Duration.ofMillis(10), Duration.ofHours(1));
        if (longest.compareTo(shortest) < 0) {
            reader.refuse(
                    "turing.work.poll-longest",
                    "turing.work.poll-shortest",
                    "must be at least turing.work.poll-shortest");
        }
        return new WorkSettings(
                shortest,
                longest,
                reader.duration("turing.work.quantum", Duration.ofMillis(100), Duration.ofDays(1)),
                reader.duration("turing.work.drain-timeout", Duration.ZERO, Duration.ofDays(1)),
                reader.duration("turing.work.idle-alarm", Duration.ofSeconds(1), Duration.ofDays(1)),
                new Guards(
                        reader.number("turing.work.deepest-chain", 1, 1_000_000),
                        reader.number("turing.work.most-interruptions", Guards.ALONE_AFTER, 1000)));
    }

    private static BreakerSettings breakers(SettingsReader reader) {
        int failures = reader.number("turing.breakers.failures", 1, 1000);
        Duration first = reader.duration("turing.breakers.first-pause", Duration.ofMillis(10), Duration.ofHours(1));
        Duration longest = reader.duration("turing.breakers.longest-pause", Duration.ofMillis(10), Duration.ofDays(1));
        if (longest.compareTo(first) < 0) {
            reader.refuse(
                    "turing.breakers.longest-pause",
                    "turing.breakers.first-pause",
                    "must be at least turing.breakers.first-pause");
            return BreakerSettings.DEFAULT;
        }
        return new BreakerSettings(failures, first, longest);
    }

    private static LogSettings log(SettingsReader reader, Path data) {
        String level = reader.oneOf("turing.log.level", List.of("error", "warn", "info", "debug", "trace"));
        String file = reader.text("turing.log.file", ANYTHING, "must be a path or empty");
        return new LogSettings(level, file.isEmpty() ? null : data.resolve(file).normalize());
    }
}
