/**
 * The HTTP API: health, metrics and, with the token, what {@link org.turing.runtime.ports.view.RuntimeControl} offers.
 * Handlers never block; whoever starts the runtime starts {@link org.turing.runtime.monitoring.http.HttpApi}.
 */
@NullMarked
package org.turing.runtime.monitoring.http;

import org.jspecify.annotations.NullMarked;
