package org.turing.runtime.bench.contenders;

import java.io.IOException;

/**
 * A loop whose work is over when it returns: nothing in the database has to be looked at to know that nothing is left.
 */
public final class BlockingSession implements Contender.Session {

    private final TalkingSession loop;

    /** @param loop whose {@code left} says that nothing is */
    public BlockingSession(TalkingSession loop) {
        this.loop = loop;
    }

    @Override
    public void enqueue(int jobs) throws IOException, InterruptedException {
        loop.enqueue(jobs);
    }

    /** Returns when nothing is left: the loop does not answer a further line before. */
    @Override
    public long work() throws IOException, InterruptedException {
        long began = loop.work();
        loop.enqueue(0);
        return began;
    }

    @Override
    public String left() {
        return loop.left();
    }

    @Override
    public void requireAlive() throws IOException {
        loop.requireAlive();
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }
}
