package org.turing.runtime.bench.growth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlansTest {

    private static final String LOG = """
            2026-01-01 00:00:00 UTC [1] LOG:  duration: 3.500 ms  plan:
            \tQuery Text: WITH gate AS MATERIALIZED (
            \t    SELECT 1)
            \tInsert on claims  (cost=1.00..2.00 rows=1 width=8) (actual time=0.1..0.2 rows=100.00 loops=1)
            \t  Buffers: shared hit=7
            2026-01-01 00:00:01 UTC [1] LOG:  duration: 0.250 ms  plan:
            \tQuery Text: WITH gate AS MATERIALIZED (
            \t    SELECT 1)
            \tInsert on claims  (cost=1.00..2.00 rows=1 width=8) (actual time=0.1..0.2 rows=1.00 loops=1)
            2026-01-01 00:00:02 UTC [1] LOG:  duration: 0.100 ms  plan:
            \tQuery Text: /* bench */ SELECT 1
            \tResult  (cost=0.00..0.01 rows=1 width=4) (actual time=0.1..0.1 rows=1.00 loops=1)
            """;

    @Test
    void ofEachStatementOfTheHotPathTheExecutionThatHadMostToDo() {
        assertThat(Plans.lines(LOG))
                .containsExactly(
                        "",
                        "Plan of claims (3.50 ms):",
                        "",
                        "```",
                        "Insert on claims  (actual time=0.1..0.2 rows=100.00 loops=1)",
                        "  Buffers: shared hit=7",
                        "```");
    }
}
