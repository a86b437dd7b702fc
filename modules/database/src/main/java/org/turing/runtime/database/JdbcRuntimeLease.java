package org.turing.runtime.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.turing.runtime.ports.RuntimeLease;

/** The row of {@code runtimes} that this process renews; its number is the identity under which claims are made. */
public final class JdbcRuntimeLease implements RuntimeLease {

    /**
     * Who asks for a lease, and for how long.
     *
     * @param host the machine's name
     * @param pid the process id there
     * @param bootId the machine's boot
     * @param dataFolder the identity of the data folder
     * @param holdsFolderLock whether this process holds that folder's lock, which proves that earlier holders have
     *     ended
     * @param lease how long claims stand without renewal; longer than {@code renewEvery}
     * @param renewEvery how often to renew
     */
    public record Settings(
            String host,
            long pid,
            String bootId,
            String dataFolder,
            boolean holdsFolderLock,
            Duration lease,
            Duration renewEvery) {
        public Settings {
            if (renewEvery.isNegative() || renewEvery.isZero() || lease.compareTo(renewEvery) <= 0) {
                throw new IllegalArgumentException(
                        "a lease must outlive its renewals: lease " + lease + ", renewed every " + renewEvery);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(JdbcRuntimeLease.class);

    private static final String RENEWAL = """
            WITH renewed AS (
                UPDATE turing.runtimes
                   SET renewed_at = clock_timestamp(), lease_until = clock_timestamp() + CAST(? AS interval)
                 WHERE runtime_id = ? AND ended_at IS NULL AND lease_until > clock_timestamp()
                RETURNING runtime_id
            )
            SELECT EXISTS (SELECT FROM renewed), clock_timestamp(),
            """;

    /**
     * Indexes runtimes_living and claims_of_runtime. A row's version is where it stands and who wrote it, so their sum
     * is another one whatever of the registry was changed; it takes a millisecond for 1,000 task types.
     */
    private static final String SEEN = """
                   (SELECT runtime_id FROM turing.cluster),
                   EXISTS (SELECT FROM turing.runtimes
                            WHERE ended_at IS NULL AND lease_until < clock_timestamp())
                   OR EXISTS (SELECT FROM turing.claims c JOIN turing.runtimes r USING (runtime_id)
                               WHERE r.ended_at IS NOT NULL),
                   (SELECT concat_ws(' ', count(*), sum(hashtextextended(concat_ws(' ', kind, place, writer), 0)))
                      FROM (SELECT 1 AS kind, ctid AS place, xmin AS writer FROM turing.task_types
                            UNION ALL
                            SELECT 2, ctid, xmin FROM turing.models) registered)""";

    private static final String UNSEEN = "CAST(NULL AS bigint), true, CAST(NULL AS text)";

    /** No identity yet. */
    static final long NONE = 0;

    private final Database database;
    private final MonotonicDatabaseClock clock;
    private final Settings settings;
    private volatile long runtimeId = NONE;
    private volatile int freed;
    private volatile boolean draining;

    public JdbcRuntimeLease(Database database, MonotonicDatabaseClock clock, Settings settings) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
    }

    /** What one transaction did: nobody finds an ended identity whose claims were not looked at. */
    private record Begun(Rescue.Freed freed, long runtimeId) {}

    @Override
    public long begin() {
        Begun begun = database.transaction(connection -> {
            if (settings.holdsFolderLock()) {
                endEarlier(connection);
            }
            // Whoever ended it: a runtime that left cleanly while a script held its claim is found here too.
            return new Begun(Rescue.freeClaims(database, connection), insert(connection));
        });
        runtimeId = begun.runtimeId();
        if (draining) {
            drain(database, runtimeId);
        }
        clock.read();
        freed = Rescue.andWhatWasHeld(database, begun.freed()).claims();
        return begun.runtimeId();
    }

    @Override
    public int freed() {
        return freed;
    }

    @Override
    public Optional<Pulse> renew() {
        try {
            return database.renewal(connection -> renew(connection, SEEN));
        } catch (RuntimeException failure) {
            if (!(failure.getCause() instanceof SQLException refused) || SqlFaults.isUnavailability(refused)) {
                throw failure;
            }
            // Somebody has locked the registry, or worse has become of it: no reason to lose what runs.
            LOG.debug("the lease is renewed without a look around: {}", SqlFaults.message(refused));
            return database.renewal(connection -> renew(connection, UNSEEN));
        }
    }

    private Optional<Pulse> renew(Connection connection, String seen) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema(RENEWAL + seen))) {
            statement.setString(1, interval(settings.lease()));
            statement.setLong(2, runtimeId);
            long asked = System.nanoTime();
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                clock.told(row.getObject(2, OffsetDateTime.class).toInstant(), asked, System.nanoTime());
                return row.getBoolean(1)
                        ? Optional.of(new Pulse(row.getObject(3, Long.class), row.getBoolean(4), row.getString(5)))
                        : Optional.empty();
            }
        }
    }

    @Override
    public Duration lasts() {
        return settings.lease();
    }

    @Override
    public Duration renewEvery() {
        return settings.renewEvery();
    }

    @Override
    public void end() {
        database.transaction(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    UPDATE turing.runtimes SET ended_at = clock_timestamp()
                     WHERE runtime_id = ? AND ended_at IS NULL"""))) {
                statement.setLong(1, runtimeId);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void drain() {
        draining = true;
        drain(database, runtimeId);
    }

    /**
     * First the strongest lock, which waits for claims that are being made; renewals only wait for the update itself.
     */
    static void drain(Database database, long runtimeId) {
        database.transaction(connection -> {
            try (PreparedStatement lock = connection.prepareStatement(
                            database.inSchema("SELECT FROM turing.runtimes WHERE runtime_id = ? FOR UPDATE"));
                    PreparedStatement mark = connection.prepareStatement(
                            database.inSchema("UPDATE turing.runtimes SET draining = true WHERE runtime_id = ?"))) {
                lock.setLong(1, runtimeId);
                lock.execute();
                mark.setLong(1, runtimeId);
                return mark.executeUpdate();
            }
        });
    }

    @Override
    public Set<Long> ended(Set<Long> runtimeIds) {
        Set<Long> ended = new HashSet<>(runtimeIds); // those that nobody remembers ended long ago
        if (!ended.isEmpty()) {
            ended.removeAll(living(runtimeIds));
        }
        return ended;
    }

    private Set<Long> living(Set<Long> runtimeIds) {
        return database.transaction(connection -> {
            Set<Long> living = new HashSet<>();
            try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                    SELECT runtime_id FROM turing.runtimes
                     WHERE runtime_id = ANY (CAST(? AS bigint[]))
                       AND ended_at IS NULL AND lease_until > clock_timestamp()"""))) {
                statement.setArray(1, connection.createArrayOf("bigint", runtimeIds.toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        living.add(row.getLong(1));
                    }
                }
            }
            return living;
        });
    }

    /** The identity under which claims are made; 0 before {@link #begin}. */
    public long runtimeId() {
        return runtimeId;
    }

    private void endEarlier(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                UPDATE turing.runtimes SET ended_at = clock_timestamp()
                 WHERE data_folder = ? AND ended_at IS NULL"""))) {
            statement.setString(1, settings.dataFolder());
            statement.executeUpdate();
        }
    }

    private long insert(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(database.inSchema("""
                INSERT INTO turing.runtimes (host, pid, boot_id, data_folder, lease_until)
                VALUES (?, ?, ?, ?, clock_timestamp() + CAST(? AS interval)) RETURNING runtime_id"""))) {
            statement.setString(1, settings.host());
            statement.setLong(2, settings.pid());
            statement.setString(3, settings.bootId());
            statement.setString(4, settings.dataFolder());
            statement.setString(5, interval(settings.lease()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }
}
