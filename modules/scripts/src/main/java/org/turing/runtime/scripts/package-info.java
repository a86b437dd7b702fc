/**
 * Every way in which a script can run: children in process groups of their own under one supervisor process, warm
 * workers, batches, steps in Java. Knows the ports and nothing of actors or databases; threads here may block.
 */
@NullMarked
package org.turing.runtime.scripts;

import org.jspecify.annotations.NullMarked;
