/** Which hosts there are, as one node knows it. Task types and gates place their work by it. */
@NullMarked
package org.turing.runtime.actors.host;

import org.jspecify.annotations.NullMarked;
