/** The one way the store reaches the disk: {@link io.clew.store.files.Files}, so that tests can put faults in between. */
@NullMarked
package io.clew.store.files;

import org.jspecify.annotations.NullMarked;
