@NullMarked
package org.turing.runtime.embedded;

import org.jspecify.annotations.NullMarked;
