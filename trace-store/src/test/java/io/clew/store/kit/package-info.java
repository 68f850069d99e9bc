/** What every {@link io.clew.store.TraceStore} is held to, and the naive store that shows the kit itself is right. */
@NullMarked
package io.clew.store.kit;

import org.jspecify.annotations.NullMarked;
