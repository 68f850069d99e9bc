/**
 * The embedded store: one process, one directory. A request goes through the committer (log, fsync, repeats, head), the
 * head is cut into chunks, the flusher turns chunks into blocks, the merger unites blocks, retention drops them. Reads see
 * one {@link io.clew.store.embedded.StoreState}.
 */
@NullMarked
package io.clew.store.embedded;

import org.jspecify.annotations.NullMarked;
