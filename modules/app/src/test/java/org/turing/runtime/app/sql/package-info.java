@NullMarked
package org.turing.runtime.app.sql;

import org.jspecify.annotations.NullMarked;
