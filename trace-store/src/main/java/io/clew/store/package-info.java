/** The store's contract and the embedded store behind it. */
@NullMarked
package io.clew.store;

import org.jspecify.annotations.NullMarked;
