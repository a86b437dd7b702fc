package org.turing.runtime.actors.event;

import org.turing.runtime.ports.Notifications.Notice;

/**
 * Something was noticed that others changed.
 *
 * @param atNanos {@link System#nanoTime()} when it was
 * @param notice what was noticed
 * @param ours whether this runtime found it out by itself, so that other nodes may not know; else PostgreSQL, which
 *     tells every node, or another node said so
 */
public record Noticed(long atNanos, Notice notice, boolean ours) {
    /** PostgreSQL notified this runtime. */
    public Noticed(long atNanos, Notice notice) {
        this(atNanos, notice, false);
    }
}
