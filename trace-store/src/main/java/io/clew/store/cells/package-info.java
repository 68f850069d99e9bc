/** Cells of minutes on disk, which outlive the spans they were computed from. */
@NullMarked
package io.clew.store.cells;

import org.jspecify.annotations.NullMarked;
