/** The write-ahead log: {@link io.clew.store.log.Log}. Its format stands there and in docs/formats/log.md. */
@NullMarked
package io.clew.store.log;

import org.jspecify.annotations.NullMarked;
