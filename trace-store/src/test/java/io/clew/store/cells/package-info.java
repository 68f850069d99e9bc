@NullMarked
package io.clew.store.cells;

import org.jspecify.annotations.NullMarked;
