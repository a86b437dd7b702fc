package org.turing.runtime.app.settings;

/**
 * The HTTP API ({@code turing.http}).
 *
 * @param host the address that it listens on
 * @param port its port; 0 for any free one
 */
public record HttpSettings(String host, int port) {}
