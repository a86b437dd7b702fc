@NullMarked
package org.turing.runtime.app.inspection;

import org.jspecify.annotations.NullMarked;
