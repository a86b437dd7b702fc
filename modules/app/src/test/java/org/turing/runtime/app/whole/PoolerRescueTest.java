package org.turing.runtime.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A script that was lost with a frozen runtime, in the middle of a transaction in a session that a pooler lent to it.
 */
class PoolerRescueTest {

    /** The first run holds its claim and sleeps in its transaction; the second one is done at once. */
    private static final String SLEEPS = """
            import os
            import turing_runtime

            class Sleeps:
                def __init__(self, db_conn=None):
                    self.db = db_conn

                def process(self):
                    turing_runtime.hold(self.db, self.input_data)
                    with self.db.cursor() as cursor:
                        cursor.execute("INSERT INTO effects VALUES (%s)", (self.input_data["ticket_id"],))
                        if not os.path.exists("sleeps"):
                            open("sleeps", "w").close()
                            cursor.execute("SELECT pg_sleep(600)")
                    return {"success": True}
            """;

    private static final String SLEEPING =
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'" + " AND state = 'active'";

    @RegisterExtension
    final WholeSystem system =
            new WholeSystem().with("turing.ledger.lease", "3s").with("turing.ledger.renew-every", "750ms");

    private PgBouncer pooler;

    @BeforeAll
    static void assumeInstalled() {
        PgBouncer.assumeInstalled();
    }

    @BeforeEach
    void startPooler() throws Exception {
        assumeTrue(system.hasPsycopg2(), "turing.test.python has psycopg2");
        pooler = PgBouncer.before(system.server().uri(system.database()), Map.of("default_pool_size", "5"));
        system.with("turing.db.url", pooler.instead(system.server().uri(system.database())));
    }

    @AfterEach
    void endPooler() throws Exception {
        if (pooler != null) {
            pooler.close();
        }
    }

    @Test
    void theRescueEndsItsTransactionAndTheSubjectRunsAgain() throws Exception {
        system.script("sleeps.py", SLEEPS);
        system.execute("CREATE TABLE effects (ticket bigint)");
        system.makeTable("owl", 1);
        system.registerMoving("sleeper", "owl", "sleeps.py");
        Child first = system.child("start");
        WholeSystem.await("the script to sleep").until(() -> system.number(SLEEPING) == 1);
        List<ProcessHandle> frozen = first.freeze();
        try {
            system.childOn("second", "start");

            WholeSystem.await("the second run").until(() -> system.done("owl") == 1);
            assertThat(system.number(SLEEPING)).isZero();
            assertThat(system.column("SELECT ticket FROM effects"))
                    .isEqualTo(system.column("SELECT ticket_id FROM turing.tickets WHERE status = 'completed'"))
                    .hasSize(1);
        } finally {
            Child.thaw(frozen);
        }
    }
}
