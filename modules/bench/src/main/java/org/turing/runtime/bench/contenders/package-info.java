/**
 * Who works off jobs, and what the jobs are: the runtime, its peers and a floor, each in a process of its own. Whoever
 * measures them comes in by {@link org.turing.runtime.bench.contenders.Contender}.
 */
@NullMarked
package org.turing.runtime.bench.contenders;

import org.jspecify.annotations.NullMarked;
