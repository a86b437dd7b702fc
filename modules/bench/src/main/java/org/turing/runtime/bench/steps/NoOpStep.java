package org.turing.runtime.bench.steps;

import org.turing.runtime.plugin.Step;

/** A script that does nothing. */
public final class NoOpStep implements Step {

    @Override
    public Result process(Input input) {
        return new Result.Success(null, null);
    }
}
