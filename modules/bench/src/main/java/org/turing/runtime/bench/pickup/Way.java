package org.turing.runtime.bench.pickup;

/** How a row becomes eligible. */
enum Way {
    DECLARED("status moved by the runtime (declared outbox)"),
    SOVEREIGN("status moved by a script itself"),
    WATCHED("row committed in another session, table watched"),
    POLLED("row committed in another session, table not watched");

    private final String title;

    Way(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Whether an earlier step makes the row eligible, rather than another session. */
    boolean byStep() {
        return this == DECLARED || this == SOVEREIGN;
    }
}
