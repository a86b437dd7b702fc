@NullMarked
package org.turing.runtime.app.command;

import org.jspecify.annotations.NullMarked;
