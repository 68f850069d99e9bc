/** The contract every trace store keeps: {@link io.clew.store.TraceStore} and the types it speaks in. */
@NullMarked
package io.clew.store;

import org.jspecify.annotations.NullMarked;
