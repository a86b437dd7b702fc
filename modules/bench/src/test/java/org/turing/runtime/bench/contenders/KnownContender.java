package org.turing.runtime.bench.contenders;

import org.jspecify.annotations.Nullable;
import org.turing.runtime.bench.BenchDatabase;

/** A contender that has a name and never works. */
public record KnownContender(String name, @Nullable String hindrance) implements Contender {

    public KnownContender(String name) {
        this(name, null);
    }

    @Override
    public String version() {
        return "1.2";
    }

    @Override
    public String settings() {
        return "as it comes";
    }

    @Override
    public Session open(BenchDatabase database, Workload workload) {
        throw new UnsupportedOperationException();
    }
}
