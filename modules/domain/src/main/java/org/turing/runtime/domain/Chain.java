package org.turing.runtime.domain;

import java.util.UUID;

/**
 * The trail of tickets that one subject leaves through its task types.
 *
 * @param id the same for every ticket of the trail
 * @param depth how many completed tickets of the trail came before; 0 for the first
 */
public record Chain(UUID id, int depth) {}
