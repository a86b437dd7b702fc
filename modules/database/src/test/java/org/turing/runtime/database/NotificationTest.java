package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.Relation;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.Notifications.Notice;
import org.turing.runtime.ports.Notifications.Subscription;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NotificationTest {

    private TestDatabase test;
    private final BlockingQueue<Notice> heard = new LinkedBlockingQueue<>();
    private Subscription subscription = () -> {};

    @BeforeAll
    void migrate() throws Exception {
        test = new TestDatabase();
    }

    @AfterAll
    void close() {
        test.close();
    }

    @BeforeEach
    void listen() throws Exception {
        test.owls(100, "pending");
        heard.clear();
        subscription = new NotificationListener(test.database).listen(heard::add);
        assertThat(next()).isEqualTo(new Notice.Listening());
    }

    @AfterEach
    void stopListening() {
        subscription.close();
    }

    private Notice next() throws InterruptedException {
        Notice notice = heard.poll(30, TimeUnit.SECONDS);
        assertThat(notice).as("heard within 30 s").isNotNull();
        return notice;
    }

    /** Everything heard up to a mark that is sent now. */
    private List<Notice> heardSoFar() throws Exception {
        test.sql("NOTIFY turing_wake, '987654321'");
        List<Notice> notices = new ArrayList<>();
        for (Notice notice = next(); !notice.equals(new Notice.Wake(987654321L)); notice = next()) {
            notices.add(notice);
        }
        return notices;
    }

    @Test
    void changesOfTheRegistryAreHeard() throws Exception {
        TaskType taskType = test.registerQuery("heard", "SELECT 1");
        assertThat(next()).isEqualTo(new Notice.RegistryChanged());
        test.sql("UPDATE turing.task_types SET enabled = false WHERE task_type_id = " + taskType.id());
        assertThat(next()).isEqualTo(new Notice.RegistryChanged());
        test.sql("INSERT INTO turing.models (model_name) VALUES ('m')");
        assertThat(next()).isEqualTo(new Notice.RegistryChanged());
        test.sql("DELETE FROM turing.task_types WHERE task_type_id = " + taskType.id());
        assertThat(next()).isEqualTo(new Notice.RegistryChanged());
    }

    @Test
    void aWatchedTableSpeaksOncePerTransactionAndUntilItIsUnwatched() throws Exception {
        TableWatch watch = new TableWatch(test.database);
        Relation owl = new Relation("public", "owl");
        assertThat(watch.watch("owl")).isEqualTo(owl);
        assertThat(watch.watch("public.owl")).isEqualTo(owl);
        assertThat(watch.watched()).containsExactly(owl);
        try (Connection connection = test.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int id = 1; id <= 100; id++) {
                statement.execute("UPDATE owl SET status = 'b' WHERE owl_id = " + id);
            }
            connection.commit();
        }
        assertThat(heardSoFar()).containsExactly(new Notice.TableChanged(owl));
        test.sql("TRUNCATE owl");
        assertThat(heardSoFar()).containsExactly(new Notice.TableChanged(owl));
        watch.unwatch("owl");
        assertThat(watch.watched()).isEmpty();
        test.sql("INSERT INTO owl VALUES (1, 'x', 'pending')");
        assertThat(heardSoFar()).isEmpty();
    }

    @Test
    void partitionsSpeakForTheirRoot() throws Exception {
        test.sql("CREATE TABLE nights (n int) PARTITION BY RANGE (n)");
        test.sql("CREATE TABLE nights_1 PARTITION OF nights FOR VALUES FROM (1) TO (10)");
        TableWatch watch = new TableWatch(test.database);
        Relation nights = new Relation("public", "nights");
        assertThat(watch.watch("nights_1")).isEqualTo(nights);
        test.sql("INSERT INTO nights VALUES (1)");
        assertThat(heardSoFar()).containsExactly(new Notice.TableChanged(nights));
        test.sql("INSERT INTO nights_1 VALUES (2)");
        assertThat(heardSoFar()).containsExactly(new Notice.TableChanged(nights));
        watch.unwatch("nights");
        assertThat(watch.watched()).isEmpty();
    }

    @Test
    void whatIsNoTableCannotBeWatched() throws Exception {
        test.sql("CREATE OR REPLACE VIEW owl_view AS SELECT * FROM owl");
        for (String table : List.of("no_such_table", "owl_view")) {
            assertThatThrownBy(() -> new TableWatch(test.database).watch(table))
                    .isInstanceOf(TableWatch.NotWatchable.class)
                    .hasMessageContaining("'" + table + "' can't be watched");
        }
    }

    @Test
    void retryWakesItsTaskType() throws Exception {
        TaskType taskType = test.registerQuery("woken", "SELECT owl_id FROM owl ORDER BY 1");
        assertThat(next()).isEqualTo(new Notice.RegistryChanged());
        test.runtime.run(taskType, new Outcome.Failed("no", false, null));
        assertThat(new Retry(test.database).revive(Retry.Filter.ofSubject(taskType.id(), "1")))
                .isOne();
        assertThat(next()).isEqualTo(new Notice.Wake(taskType.id()));
        assertThat(test.found(taskType, 1)).containsExactly("1");
        test.sql("NOTIFY turing_wake");
        assertThat(next()).isEqualTo(new Notice.Wake(null));
    }

    @Test
    void aLostConnectionIsToldAndOpenedAgain() throws Exception {
        test.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                + "AND application_name = 'turing-runtime notifications'");
        assertThat(next()).isInstanceOf(Notice.Deaf.class);
        assertThat(next()).isEqualTo(new Notice.Listening());
        test.sql("NOTIFY turing_wake, '5'");
        assertThat(next()).isEqualTo(new Notice.Wake(5L));
    }

    @Test
    void aListenerThatThrowsGoesOnListening() throws Exception {
        BlockingQueue<Notice> others = new LinkedBlockingQueue<>();
        try (Subscription second = new NotificationListener(test.database).listen(notice -> {
            others.add(notice);
            throw new IllegalStateException("thrown by a test");
        })) {
            assertThat(others.poll(30, TimeUnit.SECONDS)).isEqualTo(new Notice.Listening());
            test.sql("NOTIFY turing_wake, '6'");
            assertThat(others.poll(30, TimeUnit.SECONDS)).isEqualTo(new Notice.Wake(6L));
            assertThat(second).isNotNull();
        }
    }
}
