/**
 * The OWL example: its raw terms out of WordNet, its scripts and tables out of the jar, the demo that runs it twice and
 * the report. It knows JDBC and the words of the ports; how a pipeline is run it is told.
 */
@NullMarked
package org.turing.runtime.app.demo;

import org.jspecify.annotations.NullMarked;
