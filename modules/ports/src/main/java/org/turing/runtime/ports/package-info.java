/**
 * What the actors call and the database, the scripts and the models implement. Every method here may block: actors call
 * it on the named dispatchers and take the answer by message.
 */
@NullMarked
package org.turing.runtime.ports;

import org.jspecify.annotations.NullMarked;
