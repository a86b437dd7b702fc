package org.turing.runtime.domain;

/**
 * A card in a host.
 *
 * @param name unique on its host: its index, its id, or what people call it
 * @param memory in bytes
 */
public record Gpu(String name, long memory) {}
