/** Looking after the files of a store that nobody has open: finding damage, and setting it aside. */
@NullMarked
package io.clew.store.verify;

import org.jspecify.annotations.NullMarked;
