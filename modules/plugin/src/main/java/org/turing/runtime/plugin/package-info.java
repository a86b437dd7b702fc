/** What a step written in Java implements, and nothing else: plug-in jars compile against this module alone. */
@NullMarked
package org.turing.runtime.plugin;

import org.jspecify.annotations.NullMarked;
