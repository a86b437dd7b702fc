package org.turing.runtime.app.settings;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Keeps out of the log what one logger says with a certain text in it, as the program says the same in better words.
 * What else that logger says stays. For logback's own files: {@code logger} and {@code text} are set there.
 */
public final class SaidElsewhere extends TurboFilter {

    private String logger = "";
    private String text = "";

    /** @param logger the logger's full name */
    public void setLogger(String logger) {
        this.logger = logger;
    }

    /** @param text what stands somewhere in the message */
    public void setText(String text) {
        this.text = text;
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger from,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable thrown) {
        if (format == null || !from.getName().equals(logger)) {
            return FilterReply.NEUTRAL;
        }
        String message = MessageFormatter.arrayFormat(format, params).getMessage();
        return message.contains(text) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
