package org.turing.runtime.database.protocol;

/**
 * One statement, transaction or event, and the world after it.
 *
 * @param name what happens, for traces
 */
record Step(String name, World after) {}
