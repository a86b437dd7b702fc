package org.turing.runtime.database;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Where the database is and how it is used.
 *
 * @param jdbcUrl {@code jdbc:postgresql://…} without user and password
 * @param user the role, or null for the operating system's user
 * @param password its password, or null; never shown
 * @param schema the runtime's own schema: lower-case letters, digits and underscores
 * @param ledgerConnections connections for registry and ledger at most; at least 1
 * @param queryConnections connections for work_queries at most; at least 1
 * @param queryTimeout how long a work_query may run; at least 1 ms
 * @param ledgerTimeout how long a statement on registry and ledger may run; at least 1 s
 * @param connectTimeout how long to wait for a connection; at least 1 s
 * @param reader the login for work_queries, which can only read, or null: the user itself runs them
 * @param direct the way past a pooler to the same database, for what needs a session of its own; null: there is none,
 *     or it is the same
 */
public record DatabaseSettings(
        String jdbcUrl,
        @Nullable String user,
        @Nullable String password,
        String schema,
        int ledgerConnections,
        int queryConnections,
        Duration queryTimeout,
        Duration ledgerTimeout,
        Duration connectTimeout,
        @Nullable Login reader,
        @Nullable DatabaseSettings direct) {

    /** Connections for the journal of actors at most: their writes are few, small and sent in batches. */
    public static final int JOURNAL_CONNECTIONS = 2;

    private static final Pattern LIBPQ_URL =
            Pattern.compile("postgres(?:ql)?://(?:([^@/?]*)@)?([^/?]*)(?:/([^?]*))?(?:\\?(.*))?");
    private static final Pattern JDBC_URL = Pattern.compile("jdbc:postgresql:(?://([^/?]*)/)?([^?]*)(?:\\?(.*))?");
    private static final Pattern PLACE = Pattern.compile("jdbc:postgresql:(//(HOST(,HOST)*)?/)?[^/@?]*"
            .replace("HOST", "(\\[[0-9a-fA-F:.%]+]|[^:,@/?\\[\\]]*)(:[0-9]{1,5})?"));
    private static final Pattern OPTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    public DatabaseSettings {
        if (ledgerConnections < 1 || queryConnections < 1) {
            throw new IllegalArgumentException("each pool needs at least one connection, not " + ledgerConnections
                    + " for the ledger and " + queryConnections + " for work_queries");
        }
    }

    /**
     * Understands an address as users write it: {@code jdbc:postgresql://host:port/db} or
     * {@code postgresql://user:password@host:port/db}; user and password given apart take precedence.
     *
     * @throws DatabaseFault if it can't be understood
     */
    public static DatabaseSettings of(String url, @Nullable String user, @Nullable String password, String schema)
            throws DatabaseFault {
        if (!SCHEMA.matcher(schema).matches() || schema.startsWith("pg_")) {
            throw new DatabaseFault(
                    DatabaseFault.Reason.URL,
                    "turing.db.schema '" + schema + "' can't be used: it may hold lower-case letters, digits and "
                            + "underscores, and not begin with pg_. Fix: set TURING_DB_SCHEMA to such a name");
        }
        Map<String, String> options = new LinkedHashMap<>();
        String trimmed = url.trim();
        Matcher libpq = LIBPQ_URL.matcher(trimmed);
        Matcher jdbc = JDBC_URL.matcher(trimmed);
        String plain;
        String itsUser = null;
        String itsPassword = null;
        if (libpq.matches()) {
            String[] login = orEmpty(libpq.group(1)).split(":", 2);
            itsUser = login[0].isEmpty() ? null : decoded(login[0]);
            itsPassword = login.length > 1 ? decoded(login[1]) : null;
            String host = libpq.group(2).isEmpty() ? "localhost" : libpq.group(2);
            plain = "jdbc:postgresql://" + host + "/" + orEmpty(libpq.group(3));
            readOptions(libpq.group(4), options);
        } else if (jdbc.matches()) {
            plain = "jdbc:postgresql:" + (jdbc.group(1) == null ? "" : "//" + jdbc.group(1) + "/") + jdbc.group(2);
            readOptions(jdbc.group(3), options);
        } else {
            throw notUnderstood();
        }
        // What was not quoted in a password ends up in the wrong part: nothing of it may get into a message, and the
        // driver logs what it can't parse.
        if (!PLACE.matcher(plain).matches() || Driver.parseURL(plain, null) == null) {
            throw notUnderstood();
        }
        String optionUser = options.remove("user");
        String optionPassword = options.remove("password");
        return new DatabaseSettings(
                plain + joined(options),
                firstOf(user, itsUser, optionUser),
                firstOf(password, itsPassword, optionPassword),
                schema,
                8,
                4,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                null,
                null);
    }

    /**
     * How many connections a runtime holds at most: those of the two pools, the journal's, the lease's and the one that
     * listens. Each script with {@code database_access} has one beside them.
     */
    int connections() {
        return ledgerConnections + queryConnections + JOURNAL_CONNECTIONS + 2;
    }

    /** What to say when no connection is left. */
    String need() {
        return "this runtime holds up to " + connections()
                + " connections, and each script with database_access one more";
    }

    /** These settings with other pool sizes. */
    public DatabaseSettings withConnections(int forLedger, int forQueries) {
        return limited(forLedger, forQueries, queryTimeout, ledgerTimeout);
    }

    /** These settings with another limit on a work_query's run. */
    public DatabaseSettings withQueryTimeout(Duration timeout) {
        return limited(ledgerConnections, queryConnections, timeout, ledgerTimeout);
    }

    /** These settings with another limit on what a statement of the ledger's own may take. */
    public DatabaseSettings withLedgerTimeout(Duration timeout) {
        return limited(ledgerConnections, queryConnections, queryTimeout, timeout);
    }

    /** These settings with another login for work_queries, or with none. */
    public DatabaseSettings withReader(@Nullable Login login) {
        return loggingIn(user, password, login, direct);
    }

    /**
     * These settings with a way past the pooler that they lead to.
     *
     * @param url the server's own address, as {@link #of} takes it; the user and password that it does not name are
     *     those of these settings
     * @throws DatabaseFault if it can't be understood
     */
    public DatabaseSettings withDirect(String url) throws DatabaseFault {
        DatabaseSettings there = of(url, null, null, schema);
        return loggingIn(
                user,
                password,
                reader,
                there.loggingIn(firstOf(there.user, user, null), firstOf(there.password, password, null), null, null));
    }

    /** The way for what needs a session of its own. */
    DatabaseSettings directly() {
        return direct == null ? this : direct;
    }

    /** These settings for another user, who has no login for work_queries beside. */
    DatabaseSettings as(Login login) {
        return loggingIn(login.user(), login.password(), null, null);
    }

    private DatabaseSettings limited(int forLedger, int forQueries, Duration ofQueries, Duration ofLedger) {
        return new DatabaseSettings(
                jdbcUrl,
                user,
                password,
                schema,
                forLedger,
                forQueries,
                ofQueries,
                ofLedger,
                connectTimeout,
                reader,
                direct);
    }

    private DatabaseSettings loggingIn(
            @Nullable String as, @Nullable String secret, @Nullable Login toRead, @Nullable DatabaseSettings past) {
        return new DatabaseSettings(
                jdbcUrl,
                as,
                secret,
                schema,
                ledgerConnections,
                queryConnections,
                queryTimeout,
                ledgerTimeout,
                connectTimeout,
                toRead,
                past);
    }

    /**
     * The address for scripts and other clients, {@code postgresql://user:password@host:port/db}: holds the password.
     */
    public String libpqUrl() {
        String login = user == null ? "" : encoded(user) + (password == null ? "" : ":" + encoded(password)) + "@";
        String rest = jdbcUrl.substring("jdbc:postgresql:".length());
        return "postgresql://" + login + (rest.startsWith("//") ? rest.substring(2) : "localhost/" + rest);
    }

    /** The address for messages: no user, no password, no options. */
    public String address() {
        return jdbcUrl.substring("jdbc:".length()).replaceFirst("\\?.*", "");
    }

    @Override
    public String toString() {
        return address() + " as " + (user == null ? "the operating system's user" : user) + ", schema " + schema
                + (reader == null ? "" : ", work_queries as " + reader)
                + (direct == null ? "" : ", past a pooler by " + direct.address());
    }

    private static DatabaseFault notUnderstood() {
        return new DatabaseFault(
                DatabaseFault.Reason.URL,
                "turing.db.url can't be understood. Fix: write it as postgresql://host:port/database or "
                        + "jdbc:postgresql://host:port/database, with %40 for an @ in a password, %2F for a /, "
                        + "%3A for a :, %3F for a ? and %25 for a %");
    }

    private static void readOptions(@Nullable String query, Map<String, String> into) throws DatabaseFault {
        for (String pair : orEmpty(query).split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                if (!OPTION.matcher(parts[0]).matches()) {
                    throw notUnderstood();
                }
                into.put(parts[0], parts.length > 1 ? decoded(parts[1]) : "");
            }
        }
    }

    private static String joined(Map<String, String> options) {
        List<String> pairs = new ArrayList<>();
        options.forEach((name, value) -> pairs.add(name + "=" + encoded(value)));
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private static @Nullable String firstOf(@Nullable String first, @Nullable String second, @Nullable String third) {
        return first != null ? first : second != null ? second : third;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String decoded(String text) throws DatabaseFault {
        try {
            // A plus is a plus in the address of a database; only forms mean a space by it.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException strayPercent) {
            throw notUnderstood();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
