@NullMarked
package org.turing.runtime.app.settings;

import org.jspecify.annotations.NullMarked;
