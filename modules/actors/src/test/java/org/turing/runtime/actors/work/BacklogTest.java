package org.turing.runtime.actors.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private static final int MEGABYTE = 1 << 20;

    private final Backlog backlog = new Backlog();
    private final TestInbox<WorkerHost.RunEvent> asker = TestInbox.create();

    @Test
    void aGroupOfLightOutcomesEndsByTheirNumber() {
        add(Backlog.LARGEST_GROUP + 1, 0);
        assertThat(next()).isEqualTo(Backlog.LARGEST_GROUP);
        assertThat(next()).isOne();
    }

    @Test
    void aGroupOfHeavyOutcomesEndsByTheirWeight() {
        add(10, MEGABYTE); // two bytes a character
        assertThat(next()).isEqualTo(2);
        assertThat(next()).isEqualTo(2);
    }

    @Test
    void oneThatIsHeavierThanAnyGroupIsWrittenAlone() {
        add(2, 8 * MEGABYTE);
        assertThat(next()).isOne();
        assertThat(next()).isOne();
    }

    private void add(int outcomes, int characters) {
        for (int ticket = 0; ticket < outcomes; ticket++) {
            backlog.add(new LedgerWriter.Write(UnwrittenTest.outcome(1, ticket, characters), asker.getRef()));
        }
    }

    private int next() {
        Backlog.Group group = Objects.requireNonNull(backlog.next(0));
        backlog.over(group);
        return group.writes().size();
    }
}
