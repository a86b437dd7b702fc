package org.turing.runtime.actors.tasktype;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.turing.runtime.actors.tasktype.InboxPace.Kind;
import org.turing.runtime.actors.work.InboxThreads;

class InboxPaceTest {

    private static final Duration GENEROUS = Duration.ofSeconds(60);
    private static final int MORE_THAN_THREADS = 20;

    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.load());
    private final InboxPace inbox = new InboxPace(InboxThreads.of(kit.system()));
    private final CountDownLatch letGo = new CountDownLatch(1);

    @AfterEach
    void close() {
        letGo.countDown();
        kit.shutdownTestKit();
    }

    @Test
    void aLookDoesNotWaitForWhatIsSettledAndCounted() {
        answered(Kind.FIND);
        answered(Kind.SETTLE);
        answered(Kind.COUNT);
        for (int i = 0; i < MORE_THAN_THREADS; i++) {
            inbox.call(i % 2 == 0 ? Kind.SETTLE : Kind.COUNT, () -> letGo.await(60, TimeUnit.SECONDS));
        }
        answered(Kind.FIND);
    }

    private void answered(Kind kind) {
        assertThat(inbox.call(kind, () -> 1).toCompletableFuture()).succeedsWithin(GENEROUS);
    }
}
