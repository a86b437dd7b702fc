/**
 * What people and their tools see of a running runtime, and what they may ask of it. Plain records, ready to become
 * JSON; every number is a reading that may be out of date a moment later.
 */
@NullMarked
package org.turing.runtime.ports.view;

import org.jspecify.annotations.NullMarked;
