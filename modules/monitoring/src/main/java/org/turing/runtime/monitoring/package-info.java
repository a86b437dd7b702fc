/**
 * What people and their tools look at. The rooms: {@code json} (the words on the wire), {@code http} (the way in),
 * {@code client} (the command line's end of it), {@code jmx} and {@code metrics}. Above them the program; below, only
 * {@code ports.view}.
 */
@NullMarked
package org.turing.runtime.monitoring;

import org.jspecify.annotations.NullMarked;
