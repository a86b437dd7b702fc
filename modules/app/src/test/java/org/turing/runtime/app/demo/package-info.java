/** Tests of the OWL example: its data, its scripts, its report. */
@NullMarked
package org.turing.runtime.app.demo;

import org.jspecify.annotations.NullMarked;
