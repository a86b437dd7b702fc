/** What was measured, for people: figures, tables in Markdown, the machine. Knows nothing of what is measured. */
@NullMarked
package org.turing.runtime.bench.report;

import org.jspecify.annotations.NullMarked;
