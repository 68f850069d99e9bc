/** The commit point of the store: {@link io.clew.store.manifest.Manifest} and the file it stands in. */
@NullMarked
package io.clew.store.manifest;

import org.jspecify.annotations.NullMarked;
