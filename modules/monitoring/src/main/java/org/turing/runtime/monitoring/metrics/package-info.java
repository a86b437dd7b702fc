/** A runtime's status as Prometheus metrics, beside the JVM's own. {@code RuntimeMetrics} lists every name. */
@NullMarked
package org.turing.runtime.monitoring.metrics;

import org.jspecify.annotations.NullMarked;
