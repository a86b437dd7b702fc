package org.turing.runtime.app.whole;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged from its making to its closing, by whatever runs in this process. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private LogLines() {
        setContext(root.getLoggerContext());
        start();
        root.addAppender(this);
    }

    static LogLines listen() {
        return new LogLines();
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getLevel() + " " + event.getFormattedMessage());
    }

    /** Waits until a line holds the text. */
    void await(String text) {
        WholeSystem.await("'" + text + "' in the log").until(() -> has(text));
    }

    boolean has(String text) {
        return !lines(text).isEmpty();
    }

    /** Those that hold the text. */
    List<String> lines(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
    }
}
