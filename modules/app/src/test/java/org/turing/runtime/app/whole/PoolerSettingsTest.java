package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.turing.runtime.app.inspection.Finding;
import org.turing.runtime.app.program.Check;
import org.turing.runtime.app.settings.Settings;
import org.turing.runtime.database.Database;
import org.turing.runtime.database.DatabaseSettings;

/** What people are told who put a pooler before their database. */
class PoolerSettingsTest {

    private static final String DIRECT = "turing.db.direct-url";

    @RegisterExtension
    static final WholeSystem system = new WholeSystem();

    private static PgBouncer pooler;

    @BeforeAll
    static void startPooler() throws Exception {
        PgBouncer.assumeInstalled();
        pooler = before(Map.of());
    }

    @AfterAll
    static void endPooler() throws Exception {
        if (pooler != null) {
            pooler.close();
        }
    }

    private static PgBouncer before(Map<String, String> settings) throws Exception {
        return PgBouncer.before(direct(), settings);
    }

    private static String direct() {
        return system.server().uri(system.database());
    }

    private static Settings through(PgBouncer other, Map<String, String> more) throws Exception {
        Map<String, String> changes = new HashMap<>(more);
        changes.put("turing.db.url", other.instead(direct()));
        return system.settings("data", changes);
    }

    /** What check says of the database and what stands before it. */
    private static List<String> found(Settings settings) throws Exception {
        return Check.of(settings).stream()
                .filter(finding -> List.of("database", "pooler").contains(finding.thing()))
                .map(PoolerSettingsTest::text)
                .toList();
    }

    private static String text(Finding finding) {
        return finding.verdict() + " " + finding.thing() + " " + finding.message();
    }

    @Test
    void checkNamesThePoolerAndThatNothingIsHeardThroughIt() throws Exception {
        assertThat(found(through(pooler, Map.of())))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("WARNING pooler a pooler stands at postgresql://127.0.0.1:")
                .contains("LISTEN does not get through it", "by polls", "Fix: set TURING_DB_DIRECT_URL");
    }

    @Test
    void checkNamesTheWayPastThePooler() throws Exception {
        assertThat(found(through(pooler, Map.of(DIRECT, direct()))))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("GOOD pooler stands at postgresql://127.0.0.1:")
                .endsWith("go past it to postgresql://127.0.0.1:"
                        + system.server().port() + "/" + system.database());
    }

    @Test
    void aPoolerThatKeepsSessionsLetsNotificationsThrough() throws Exception {
        try (PgBouncer sessions = before(Map.of("pool_mode", "session", "default_pool_size", "20"))) {
            assertThat(found(through(sessions, Map.of())))
                    .hasSize(2)
                    .last()
                    .asString()
                    .startsWith("GOOD pooler stands at")
                    .contains("notifications come through it");
        }
    }

    @Test
    void aServerWithoutAPoolerIsNotTakenForOne() throws Exception {
        assertThat(found(system.settings())).hasSize(1).first().asString().startsWith("GOOD database PostgreSQL");
    }

    @Test
    void aWayPastThatLeadsToAPoolerIsRefused() throws Exception {
        assertThat(found(through(pooler, Map.of(DIRECT, pooler.instead(direct())))))
                .singleElement()
                .asString()
                .startsWith("WRONG database database postgresql://127.0.0.1:")
                .contains("a pooler stands there. Fix: set TURING_DB_DIRECT_URL");
    }

    @Test
    void aWayPastThatLeadsToAnotherDatabaseIsRefused() throws Exception {
        String other = system.server().newDatabase();
        assertThat(found(through(pooler, Map.of(DIRECT, system.server().uri(other)))))
                .singleElement()
                .asString()
                .startsWith("WRONG database database postgresql://127.0.0.1:")
                .contains("/" + other + ": it is not the database that TURING_DB_URL (turing.db.url) leads to");
    }

    @Test
    void aWayPastThatLeadsNowhereIsRefusedWithoutItsPassword() throws Exception {
        assertThat(found(through(pooler, Map.of(DIRECT, "postgresql://nobody:s3cret@127.0.0.1:1/nowhere"))))
                .singleElement()
                .asString()
                .contains(
                        "database postgresql://127.0.0.1:1/nowhere: ",
                        "refused",
                        "Fix: start the server, or correct TURING_DB_DIRECT_URL")
                .doesNotContain("s3cret");
    }

    @Test
    void whatPgBouncerDoesNotWantToHearIsNamedWithTheLineThatHelps() throws Exception {
        Map<String, String> changes =
                Map.of("turing.db.url", pooler.instead(direct()) + "?options=-c%20work_mem%3D8MB");
        assertThat(found(system.settings("data", changes)))
                .singleElement()
                .asString()
                .contains("unsupported startup parameter: options. Fix: take it out of TURING_DB_URL")
                .contains("ignore_startup_parameters in pgbouncer.ini");
    }

    @Test
    void aSchemaIsMadePastThePoolerOrNotAtAll() throws Exception {
        Map<String, String> other = Map.of("turing.db.schema", "theirs");
        try (Database database = Database.connect(external(through(pooler, other)))) {
            assertThatThrownBy(database::migrate)
                    .hasMessageContaining("schema 'theirs' has to be made or brought up to date")
                    .hasMessageContaining("Fix: set TURING_DB_DIRECT_URL");
        }
        Map<String, String> withWay = new HashMap<>(other);
        withWay.put(DIRECT, direct());
        try (Database database = Database.connect(external(through(pooler, withWay)))) {
            database.migrate();
        }
        try (Database database = Database.connect(external(through(pooler, other)))) {
            database.migrate();
        }
        assertThat(system.number("SELECT count(*) FROM theirs.task_types")).isZero();
    }

    private static DatabaseSettings external(Settings settings) {
        return Objects.requireNonNull(settings.database().external());
    }
}
