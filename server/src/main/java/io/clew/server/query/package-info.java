/** What all query doors share: bounded threads, deadlines, cancellation, streamed JSON, parameters and their errors. */
@NullMarked
package io.clew.server.query;

import org.jspecify.annotations.NullMarked;
