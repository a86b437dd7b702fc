@NullMarked
package org.turing.runtime.app.report;

import org.jspecify.annotations.NullMarked;
