/** The block: an immutable file of many whole or partial traces, its writer, its reader and the page cache. */
@NullMarked
package io.clew.store.block;

import org.jspecify.annotations.NullMarked;
