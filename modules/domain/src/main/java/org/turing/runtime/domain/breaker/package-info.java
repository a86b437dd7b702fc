/**
 * Circuit breakers: when repeated failures of what scripts need around them should keep work from being started, and
 * when one subject may try whether it works again. Pure records; time and chance are passed in.
 */
@NullMarked
package org.turing.runtime.domain.breaker;

import org.jspecify.annotations.NullMarked;
