/** Command line of the demo, the evaluations and the benchmarks. */
@NullMarked
package io.mnestic.bench;

import org.jspecify.annotations.NullMarked;
