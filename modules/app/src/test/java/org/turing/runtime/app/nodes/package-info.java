@NullMarked
package org.turing.runtime.app.nodes;

import org.jspecify.annotations.NullMarked;
