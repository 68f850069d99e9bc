/** Decoder and store together, as the doors use them. */
@NullMarked
package io.clew.quality.ingest;

import org.jspecify.annotations.NullMarked;
