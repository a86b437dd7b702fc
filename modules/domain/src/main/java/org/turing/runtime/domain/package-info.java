/**
 * The words of the runtime: task types, subjects, tickets, claims, outcomes, models. Plain records that every floor may
 * use; nothing here knows a framework, a database or a process.
 */
@NullMarked
package org.turing.runtime.domain;

import org.jspecify.annotations.NullMarked;
