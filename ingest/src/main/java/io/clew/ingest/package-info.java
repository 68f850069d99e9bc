/** What every wire format shares: decompression, and the memory budget that protects the process while requests are read. */
@NullMarked
package io.clew.ingest;

import org.jspecify.annotations.NullMarked;
