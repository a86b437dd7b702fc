package org.turing.runtime.app.program;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was opened so far, to be closed in the opposite order; one that can't be closed keeps no other from it. */
final class Opened implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Opened.class);

    private record Thing(String name, AutoCloseable closeable) {}

    private final Deque<Thing> things = new ArrayDeque<>();

    /** Takes note of something. */
    <T extends AutoCloseable> T add(String name, T opened) {
        things.push(new Thing(name, opened));
        return opened;
    }

    /** Closes everything; closing twice does no harm. */
    @Override
    public synchronized void close() {
        while (!things.isEmpty()) {
            Thing thing = things.pop();
            try {
                thing.closeable().close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                log.warn("{} was not closed in order: interrupted", thing.name());
            } catch (Exception failure) {
                log.warn("{} was not closed in order: {}", thing.name(), failure.getMessage(), failure);
            }
        }
    }
}
