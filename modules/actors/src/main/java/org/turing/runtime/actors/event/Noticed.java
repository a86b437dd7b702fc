package org.turing.runtime.actors.event;

import org.turing.runtime.ports.Notifications.Notice;

/**
 * PostgreSQL notified this runtime.
 *
 * @param atNanos {@link System#nanoTime()} when it arrived
 * @param notice what was heard
 */
public record Noticed(long atNanos, Notice notice) {}
