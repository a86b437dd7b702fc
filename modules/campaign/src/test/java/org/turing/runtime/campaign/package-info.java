/** Tests of the campaign itself, and the campaign as a test. */
@NullMarked
package org.turing.runtime.campaign;

import org.jspecify.annotations.NullMarked;
