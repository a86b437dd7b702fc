/**
 * Tests of the whole system: the program as people start it, over a real PostgreSQL, with real scripts; what they read
 * of it is what people are told.
 */
@NullMarked
package org.turing.runtime.app.whole;

import org.jspecify.annotations.NullMarked;
