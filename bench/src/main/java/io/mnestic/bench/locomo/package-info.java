/** Evidence recall on conversations in LoCoMo's format (Maharana et al., ACL 2024). */
@NullMarked
package io.mnestic.bench.locomo;

import org.jspecify.annotations.NullMarked;
