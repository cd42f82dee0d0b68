/** What the commands show: tables, text in columns, progress, figures as JSON. */
@NullMarked
package io.mnestic.bench.report;

import org.jspecify.annotations.NullMarked;
