package org.turing.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ArbiterTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private TestDatabase test;
    private JdbcArbiter arbiter;

    @BeforeEach
    void start() throws Exception {
        test = new TestDatabase();
        arbiter = new JdbcArbiter(test.database);
    }

    @AfterEach
    void close() {
        threads.shutdown();
        test.close();
    }

    @Test
    void theWordIsOneSidesAtATime() {
        assertThat(arbiter.take("a#1", Set.of(), LONG)).isTrue();
        assertThat(arbiter.take("a#1", Set.of(), LONG)).as("renewed").isTrue();
        assertThat(arbiter.take("b#1", Set.of("c#1"), LONG)).isFalse();
        assertThat(arbiter.take("a#2", Set.of(), LONG))
                .as("another incarnation")
                .isFalse();
    }

    @Test
    void itMayBeTakenOverFromOnesOwnSide() {
        arbiter.take("a#1", Set.of(), LONG);

        assertThat(arbiter.take("b#1", Set.of("c#1", "a#1"), LONG)).isTrue();
        assertThat(arbiter.take("a#1", Set.of(), LONG)).isFalse();
    }

    @Test
    void itLapsesWithoutARenewalAndIsFreeWhenGivenBack() {
        arbiter.take("a#1", Set.of(), Duration.ofMillis(200));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> arbiter.take("b#1", Set.of(), LONG));

        arbiter.release("a#1");
        assertThat(arbiter.take("c#1", Set.of(), LONG)).as("not a's any more").isFalse();
        arbiter.release("b#1");
        assertThat(arbiter.take("c#1", Set.of(), LONG)).isTrue();
    }

    @Test
    void ofManyThatAskAtOnceOneGetsIt() {
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (int node = 0; node < 8; node++) {
            String name = "n" + node + "#1";
            answers.add(CompletableFuture.supplyAsync(() -> arbiter.take(name, Set.of(), LONG), threads));
        }

        assertThat(answers.stream().filter(CompletableFuture::join)).hasSize(1);
    }
}
