/** The cases that no one tests well, through the real server: pieces, repeats, odd trees, odd sizes, odd times. */
@NullMarked
package io.clew.quality.exactness;

import org.jspecify.annotations.NullMarked;
