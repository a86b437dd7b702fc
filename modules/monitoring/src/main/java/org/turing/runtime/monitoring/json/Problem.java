package org.turing.runtime.monitoring.json;

/**
 * What the HTTP API answers when it can't do what was asked.
 *
 * @param error the thing, the cause and the next step, for people
 */
public record Problem(String error) {}
