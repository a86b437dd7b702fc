package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.turing.runtime.domain.Candidate;
import org.turing.runtime.domain.Subject;
import org.turing.runtime.domain.pace.ClaimAhead;
import org.turing.runtime.ports.Inboxes;

class LookSizeTest {

    private final ClaimAhead ahead = new ClaimAhead(Duration.ofSeconds(2));
    private final LookSize size = new LookSize();

    @Test
    void nothingIsKnownBeforeTheFirstRunIsOver() {
        assertThat(size.most(ahead, 2)).isZero();
    }

    @Test
    void asManyAsAreLikelyToStartInHalfASecond() {
        ahead.learn(Duration.ofMillis(10));
        assertThat(size.most(ahead, 2)).isEqualTo(100);
    }

    @Test
    void noMoreThanAThousandUnlessManyRowsHaveToBePassedOver() {
        ahead.learn(Duration.ofNanos(10_000));
        assertThat(size.most(ahead, 2)).isEqualTo(LookSize.MOST);
        size.looked(found(10_000, "{}"));
        assertThat(size.most(ahead, 2)).isEqualTo(5_000);
    }

    @Test
    void noMoreThanMayBeKeptOfLongRows() {
        ahead.learn(Duration.ofNanos(10_000));
        size.looked(found(0, "x".repeat(LookSize.CHARACTERS / 8)));
        assertThat(size.most(ahead, 2)).isEqualTo(8);
    }

    private static Inboxes.Found found(long passedOver, String fields) {
        List<Candidate> candidates = List.of(new Candidate(new Subject("owl", "1"), fields));
        return new Inboxes.Found(candidates, "1:1:", true, false, passedOver, 0);
    }
}
