package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.turing.runtime.database.TicketQueries.Count;
import org.turing.runtime.database.TicketQueries.Filter;
import org.turing.runtime.database.TicketQueries.Ticket;
import org.turing.runtime.domain.Outcome;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.domain.TicketStatus;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TicketQueriesTest {

    private TestDatabase test;
    private TaskType first;
    private TaskType second;

    @BeforeAll
    void tickets() throws Exception {
        test = new TestDatabase();
        test.owls(3, "pending");
        first = test.registerQuery("first", "SELECT owl_id FROM owl ORDER BY 1");
        second = test.registerQuery("second", "SELECT owl_id FROM owl ORDER BY 1");
        test.runtime.run(first, TestDatabase.success());
        test.runtime.run(first, new Outcome.Failed("boom", false, null));
        test.runtime.run(second, TestDatabase.failure());
        test.runtime.claim(second, 1);
    }

    @AfterAll
    void close() {
        test.close();
    }

    @Test
    void ticketsAreFilteredAndComeLatestFirst() {
        TicketQueries queries = new TicketQueries(test.database);
        assertThat(queries.find(new Filter(false, null, null, null, 10)))
                .extracting(Ticket::status)
                .containsExactly(TicketStatus.RUNNING, TicketStatus.FAILED, TicketStatus.DEAD, TicketStatus.COMPLETED);
        assertThat(queries.find(new Filter(false, null, null, null, 2))).hasSize(2);
        assertThat(queries.find(new Filter(true, first.id(), null, null, 10)))
                .singleElement()
                .satisfies(ticket -> {
                    assertThat(ticket.taskType()).isEqualTo("first");
                    assertThat(ticket.error()).isEqualTo("boom");
                    assertThat(ticket.stderr()).isEqualTo("err");
                    assertThat(ticket.subjectId()).isEqualTo("2");
                });
        assertThat(queries.find(new Filter(false, null, "1", null, 10))).hasSize(2);
        assertThat(queries.find(new Filter(false, null, null, TicketStatus.COMPLETED, 10)))
                .singleElement()
                .extracting(Ticket::output)
                .isEqualTo("{\"done\": true}");
    }

    @Test
    void ticketsAreCountedByTaskTypeAndStatus() {
        assertThat(new TicketQueries(test.database).counts())
                .containsExactly(
                        new Count(first.id(), "first", TicketStatus.COMPLETED, 1),
                        new Count(first.id(), "first", TicketStatus.DEAD, 1),
                        new Count(second.id(), "second", TicketStatus.FAILED, 1),
                        new Count(second.id(), "second", TicketStatus.RUNNING, 1));
    }
}
