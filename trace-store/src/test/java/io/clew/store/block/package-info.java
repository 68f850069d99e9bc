/** Tests of the block. */
@NullMarked
package io.clew.store.block;

import org.jspecify.annotations.NullMarked;
