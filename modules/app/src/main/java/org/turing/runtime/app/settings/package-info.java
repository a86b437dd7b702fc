/**
 * Every setting, read once from all its sources, checked and turned into records. The rest of the program sees these
 * records, never a configuration key.
 */
@NullMarked
package org.turing.runtime.app.settings;

import org.jspecify.annotations.NullMarked;
