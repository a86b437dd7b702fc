package org.turing.runtime.bench.contenders;

/**
 * The smallest table that can hold jobs: those that nobody has claimed are found by an index of their own, which gets
 * smaller as they are worked off.
 */
final class JobTable {

    static final String CREATE = """
            CREATE TABLE jobs (id bigint PRIMARY KEY, state smallint NOT NULL DEFAULT 0, claimed_at timestamptz);
            CREATE INDEX ready_jobs ON jobs (id) WHERE state = 0""";

    private JobTable() {}

    static String insert(long first, int jobs) {
        return "INSERT INTO jobs SELECT i FROM generate_series(%d, %d) i".formatted(first, first + jobs - 1);
    }
}
