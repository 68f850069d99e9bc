/** Wire formats decoded into columns, and the limits that protect the process while it does so. */
@NullMarked
package io.clew.ingest;

import org.jspecify.annotations.NullMarked;
