@NullMarked
package org.turing.runtime.app.program;

import org.jspecify.annotations.NullMarked;
