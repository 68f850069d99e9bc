/** Tests of the embedded store. */
@NullMarked
package io.clew.store.embedded;

import org.jspecify.annotations.NullMarked;
