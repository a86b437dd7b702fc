/**
 * Where work is done and written down: the host of the scripts and the writer of outcomes. Both outlive the task-type
 * actor that asked, so that its failure loses no result.
 */
@NullMarked
package org.turing.runtime.actors.work;

import org.jspecify.annotations.NullMarked;
