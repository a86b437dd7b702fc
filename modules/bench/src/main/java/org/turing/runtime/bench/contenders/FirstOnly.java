package org.turing.runtime.bench.contenders;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.turing.runtime.bench.WallClock;

/** Says when the first of many jobs began, whichever thread had it. */
final class FirstOnly implements JobLoop.Began {

    private final PrintStream answers;
    private final AtomicBoolean said = new AtomicBoolean();

    FirstOnly(PrintStream answers) {
        this.answers = answers;
    }

    @Override
    public void now() {
        if (!said.get() && said.compareAndSet(false, true)) {
            answers.println("began " + WallClock.micros());
        }
    }
}
