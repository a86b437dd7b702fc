package org.turing.runtime.bench.pickup;

import org.turing.runtime.bench.steps.Stamping;

/** What is handed a row, and keeps the time. */
enum Taker {
    JAVA("java step", Stamping.STAMP_STEP),
    PYTHON("warm Python worker", Stamping.STAMP);

    private final String title;
    private final String script;

    Taker(String title, String script) {
        this.title = title;
        this.script = script;
    }

    String title() {
        return title;
    }

    String script() {
        return script;
    }
}
