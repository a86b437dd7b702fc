/**
 * The MXBeans by which JMX tools read and steer a runtime, and a connector of our own on loopback for who does not want
 * the JVM's flags. Beans read a cached status; no reading blocks for long.
 */
@NullMarked
package org.turing.runtime.monitoring.jmx;

import org.jspecify.annotations.NullMarked;
