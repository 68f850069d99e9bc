/** The reference load: the traces that every figure of bytes and time per span is measured with. */
@NullMarked
package io.clew.quality.load;

import org.jspecify.annotations.NullMarked;
